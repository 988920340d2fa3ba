using Ledger.Facts;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Reports of one feed that were recorded one soon after the other: an import, an edition, or what somebody posted at a
/// sitting.</summary>
/// <param name="Feed">URI of the feed.</param>
/// <param name="First">Position of the first report.</param>
/// <param name="Position">Position of the last report; of an edition, that of its own event.</param>
/// <param name="Began">When the first was recorded.</param>
/// <param name="Ended">When the last was recorded.</param>
/// <param name="Reports">How many they are.</param>
/// <param name="Edition">The edition that they make up; null where they are none.</param>
public sealed record ReportRun(
    string Feed, long First, long Position, DateTimeOffset Began, DateTimeOffset Ended, long Reports, EditionImported? Edition);

/// <summary>An edition that the ledger holds.</summary>
/// <param name="Position">Position of its event.</param>
/// <param name="RecordedAt">When the event was recorded.</param>
/// <param name="Edition">The event.</param>
public sealed record EditionEvent(long Position, DateTimeOffset RecordedAt, EditionImported Edition);

/// <summary>Finds the runs of reports. A run goes on while the next report of its feed is recorded within <see cref="Gap"/>, and ends with
/// the event of an edition, which belongs to it: what an edition says is not told as an import besides.</summary>
public sealed class ReportRuns(NpgsqlDataSource database)
{
    /// <summary>The longest time between two reports of one run.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMinutes(10);

    private static readonly string Sql = $"""
        with said as (
          select feed, position, recorded_at, false as edition from {TableNames.Evidence} where position <= $1
          union all select feed, position, recorded_at, true from unnest($2, $3, $4) as held(feed, position, recorded_at)),
        beside as (
          select *, lag(recorded_at) over (partition by feed order by position) as before,
            lag(edition) over (partition by feed order by position) as ended from said),
        numbered as (
          select *, count(*) filter (where before is null or ended or recorded_at - before > $5)
            over (partition by feed order by position) as run from beside)
        select feed, min(position), max(position), min(recorded_at), max(recorded_at), count(*) filter (where not edition)
        from numbered group by feed, run having max(position) > $6 order by 3 limit $7
        """;

    /// <summary>The editions up to a position, in order.</summary>
    public async Task<IReadOnlyList<EditionEvent>> EditionsAsync(long position, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(StoredEvents.OfStream(EditionImported.Stream, 0));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var editions = new List<EditionEvent>();
        while (await reader.ReadAsync(cancellation))
        {
            var stored = StoredEvents.Read(reader);
            if (stored.Position <= position && stored.Read() is EditionImported edition)
            {
                editions.Add(new EditionEvent(stored.Position, stored.RecordedAt, edition));
            }
        }

        return editions;
    }

    /// <summary>Runs in the order of their positions. One query groups the reports of the whole ledger, since a run that ends late may have
    /// begun at any time.</summary>
    /// <param name="position">Only what the ledger held up to this position.</param>
    /// <param name="editions">The editions up to it.</param>
    /// <param name="after">Only runs that end above this position.</param>
    /// <param name="most">Maximum number of runs.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<IReadOnlyList<ReportRun>> ReadAsync(
        long position, IReadOnlyList<EditionEvent> editions, long after, int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(position);
        command.Parameters.AddWithValue(editions.Select(x => x.Edition.Feed).ToArray());
        command.Parameters.AddWithValue(editions.Select(x => x.Position).ToArray());
        command.Parameters.AddWithValue(editions.Select(x => x.RecordedAt).ToArray());
        command.Parameters.AddWithValue(Gap);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(most);
        var byPosition = editions.ToDictionary(x => x.Position, x => x.Edition);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var runs = new List<ReportRun>();
        while (await row.ReadAsync(cancellation))
        {
            var last = row.GetInt64(2);
            runs.Add(new ReportRun(row.GetString(0), row.GetInt64(1), last, row.GetFieldValue<DateTimeOffset>(3),
                row.GetFieldValue<DateTimeOffset>(4), row.GetInt64(5), byPosition.GetValueOrDefault(last)));
        }

        return runs;
    }
}
