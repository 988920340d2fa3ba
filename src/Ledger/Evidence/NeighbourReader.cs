using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>A report of the holding of another one.</summary>
/// <param name="Report">The estimator's input.</param>
/// <param name="Feed">URI of its feed.</param>
/// <param name="Id">Its id; null of a report that is there only because it acts on others.</param>
public sealed record Neighbour(EvidenceRecord Report, string Feed, string? Id);

/// <summary>Reads the neighbours of reports: the reports of the same holding and kind whose windows overlap and whose number may be the
/// same, and those that retract, delist or supersede. One statement, whatever the number of reports; of each platform's name the newest
/// <see cref="Limits.NeighboursSearched"/> reports are searched, by the index of holdings.</summary>
public sealed class NeighbourReader(NpgsqlDataSource database, YoungStatistics statistics)
{
    private const string Reported = "coalesce(r.published, (r.recorded_at at time zone 'UTC')::date)";

    // A number in another unit, or none, may be the same one: that is for who compares them.
    private static readonly string Sql = $"""
        select {EvidenceColumns.ReadNamesOf("r")}, r.feed,
          case when near.fits then (select e.data ->> 'id' from {StoredEvents.At("r.position")}) end, one.i
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) one(i, recipient, slug, position, kind, earliest, latest, n, unit)
        cross join lateral (
          select * from {TableNames.Evidence} where recipient = one.recipient and platform = one.slug and position <= one.position
          order by position desc limit {Limits.NeighboursSearched}) r
        cross join lateral (
          select r.kind = one.kind and coalesce(r.earliest, {Reported}) <= one.latest and coalesce(r.latest, {Reported}) >= one.earliest
            and (r.n = one.n or r.n is null or one.n is null or r.unit <> one.unit)) near(fits)
        where near.fits or r.target is not null or r.supersedes is not null
        """;

    /// <summary>The neighbours of each report, itself among them, in no order.</summary>
    /// <param name="reports">The rows of reports that the ledger holds, each with the catalogue at its position. Later reports are not
    /// seen.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<IReadOnlyList<IReadOnlyList<Neighbour>>> OfEachAsync(
        IReadOnlyList<(EvidenceRow Row, Knowledge Knowledge)> reports, CancellationToken cancellation)
    {
        statistics.At(reports.Max(x => x.Knowledge.Position));
        var named = reports.Select((x, i) => (Of: i, x.Row, Said: SaidWhen.Of(x.Row.Evidence).Window, x.Knowledge))
            .SelectMany(x => x.Knowledge.Catalogue.Find(x.Row.Platform).Slugs,
                (x, slug) => (x.Of, x.Row, x.Said, x.Knowledge, Slug: slug)).ToList();
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. named.Select(x => x.Of)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. named.Select(x => x.Row.Recipient)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. named.Select(x => x.Slug)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. named.Select(x => x.Knowledge.Position)] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. named.Select(x => (short)x.Row.Evidence.Kind)] });
        command.Parameters.Add(new NpgsqlParameter<DateOnly[]> { TypedValue = [.. named.Select(x => x.Said.Earliest)] });
        command.Parameters.Add(new NpgsqlParameter<DateOnly[]> { TypedValue = [.. named.Select(x => x.Said.Latest)] });
        command.Parameters.Add(new NpgsqlParameter<long?[]> { TypedValue = [.. named.Select(x => x.Row.Evidence.Quantity.N)] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. named.Select(x => (short)x.Row.Evidence.Quantity.Unit)] });
        var neighbours = new List<List<Neighbour>>(reports.Select(_ => new List<Neighbour>()));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var at = EvidenceColumns.ReadCount;
            neighbours[reader.GetInt32(at + 2)].Add(new Neighbour(EvidenceColumns.Read(reader).Evidence, reader.GetString(at),
                reader.IsDBNull(at + 1) ? null : reader.GetString(at + 1)));
        }

        return neighbours;
    }
}
