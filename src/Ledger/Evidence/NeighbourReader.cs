using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;
using NpgsqlTypes;

namespace Ledger.Evidence;

/// <summary>A report of the holding of another one.</summary>
/// <param name="Report">The estimator's input.</param>
/// <param name="Feed">URI of its feed.</param>
/// <param name="Id">Its id; null of a report that is there only because it acts on others.</param>
public sealed record Neighbour(EvidenceRecord Report, string Feed, string? Id);

/// <summary>Reads the neighbours of reports: the reports of the same holding and kind whose windows overlap, and those that retract, delist
/// or supersede. One round trip, whatever the number of reports; of each platform's name the newest
/// <see cref="Limits.NeighboursSearched"/> reports are searched, by the index of holdings.</summary>
public sealed class NeighbourReader(NpgsqlDataSource database)
{
    private const string Reported = "coalesce(r.published, (r.recorded_at at time zone 'UTC')::date)";

    private static readonly string Sql = $"""
        select {EvidenceColumns.ReadNamesOf("r")}, r.feed,
          case when near.fits then (select e.data ->> 'id' from {StoredEvents.At("r.position")}) end
        from unnest($2) named(slug) cross join lateral (
          select * from {TableNames.Evidence} where recipient = $1 and platform = named.slug and position <= $3
          order by position desc limit {Limits.NeighboursSearched}) r
        cross join lateral (
          select r.kind = $4 and coalesce(r.earliest, {Reported}) <= $6 and coalesce(r.latest, {Reported}) >= $5) near(fits)
        where near.fits or r.target is not null or r.supersedes is not null
        """;

    /// <summary>The neighbours of each report, itself among them, in no order.</summary>
    /// <param name="reports">The rows of reports that the ledger holds, each with the catalogue at its position. Later reports are not
    /// seen.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<IReadOnlyList<IReadOnlyList<Neighbour>>> OfEachAsync(
        IReadOnlyList<(EvidenceRow Row, Knowledge Knowledge)> reports, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        foreach (var (row, knowledge) in reports)
        {
            batch.BatchCommands.Add(CommandOf(row, knowledge));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var neighbours = new List<IReadOnlyList<Neighbour>>(reports.Count);
        do
        {
            var found = new List<Neighbour>();
            while (await reader.ReadAsync(cancellation))
            {
                var at = EvidenceColumns.ReadCount;
                found.Add(new Neighbour(EvidenceColumns.Read(reader).Evidence, reader.GetString(at),
                    reader.IsDBNull(at + 1) ? null : reader.GetString(at + 1)));
            }

            neighbours.Add(found);
        }
        while (await reader.NextResultAsync(cancellation));
        return neighbours;
    }

    private static NpgsqlBatchCommand CommandOf(EvidenceRow row, Knowledge knowledge)
    {
        var window = SaidWhen.Of(row.Evidence).Window;
        return new NpgsqlBatchCommand(Sql)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = row.Recipient },
                new NpgsqlParameter
                {
                    Value = knowledge.Catalogue.Find(row.Platform).Slugs.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                },
                new NpgsqlParameter<long> { TypedValue = knowledge.Position },
                new NpgsqlParameter<short> { TypedValue = (short)row.Evidence.Kind },
                new NpgsqlParameter<DateOnly> { TypedValue = window.Earliest },
                new NpgsqlParameter<DateOnly> { TypedValue = window.Latest },
            },
        };
    }
}
