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
/// <param name="End">The event at its end, of the edition that they make up or of its withdrawal; null where they are none.</param>
public sealed record ReportRun(
    string Feed, long First, long Position, DateTimeOffset Began, DateTimeOffset Ended, long Reports, EditionEvent? End);

/// <summary>An edition that was imported, or withdrawn.</summary>
/// <param name="Position">Position of its event.</param>
/// <param name="RecordedAt">When the event was recorded.</param>
/// <param name="Imported">The event of an import.</param>
/// <param name="Withdrawn">The event of a withdrawal.</param>
public sealed record EditionEvent(long Position, DateTimeOffset RecordedAt, EditionImported? Imported, EditionWithdrawn? Withdrawn)
{
    /// <summary>URI of the feed.</summary>
    public string Feed => Imported?.Feed ?? Withdrawn!.Feed;
}

/// <summary>The runs of reports, in memory. A run goes on while the next report of its feed is recorded within <see cref="Gap"/>, and ends
/// with the event of an edition, which belongs to it: what an edition says is not told as an import besides. What was read once is
/// settled, so only the reports after the last reading are read. Each node reads the whole ledger once, when runs are first asked
/// for.</summary>
public sealed class ReportRuns(NpgsqlDataSource database) : IDisposable
{
    /// <summary>The longest time between two reports of one run.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMinutes(10);

    /// <summary>Positions that one query reads, so that the database sorts them in memory.</summary>
    private const long PositionsPerQuery = 20_000;

    private static readonly string NewerSql = $"""
        with said as (
          select feed, position, recorded_at, false as edition from {TableNames.Evidence} where position > $1 and position <= $2
          union all select feed, position, recorded_at, true from unnest($3, $4, $5) as held(feed, position, recorded_at)),
        beside as (
          select *, lag(recorded_at) over (partition by feed order by position) as before,
            lag(edition) over (partition by feed order by position) as ended from said),
        numbered as (
          select *, count(*) filter (where before is null or ended or recorded_at - before > $6)
            over (partition by feed order by position) as run from beside)
        select feed, min(position), max(position), min(recorded_at), max(recorded_at), count(*) filter (where not edition)
        from numbered group by feed, run order by 2
        """;

    private static readonly string UnderWaySql = $"""
        select run.first, max(said.position), max(said.recorded_at), count(*)
        from unnest($1, $2) as run(feed, first)
        join {TableNames.Evidence} said on said.feed = run.feed and said.position >= run.first and said.position <= $3
        group by run.first
        """;

    // Used by one reading at a time.
    private readonly SemaphoreSlim _reading = new(1);
    private readonly List<ReportRun> _runs = [];
    private readonly Dictionary<string, int> _lastOfFeed = new(StringComparer.Ordinal);
    private long _readTo;

    /// <summary>The imports and withdrawals of editions up to a position, in order.</summary>
    public async Task<IReadOnlyList<EditionEvent>> EditionsAsync(long position, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(StoredEvents.OfStream(EditionImported.Stream, 0));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var editions = new List<EditionEvent>();
        while (await reader.ReadAsync(cancellation))
        {
            var stored = StoredEvents.Read(reader);
            if (stored.Position <= position)
            {
                var data = stored.Read();
                editions.Add(new EditionEvent(stored.Position, stored.RecordedAt, data as EditionImported, data as EditionWithdrawn));
            }
        }

        return editions;
    }

    /// <summary>The runs up to a position, ordered by their positions. A run that was under way then is told as far as it had
    /// come.</summary>
    /// <param name="position">The position.</param>
    /// <param name="end">The end of the ledger, not below it.</param>
    /// <param name="editions">The editions up to the end.</param>
    /// <param name="cancellation">Cancels the queries; what was read stays read.</param>
    public async Task<IReadOnlyList<ReportRun>> AtAsync(
        long position, long end, IReadOnlyList<EditionEvent> editions, CancellationToken cancellation)
    {
        List<ReportRun> begun;
        await _reading.WaitAsync(cancellation);
        try
        {
            while (_readTo < end)
            {
                // Numbers may have jumped far: what was never given out is passed over in one step.
                var next = await NextAsync(cancellation) ?? end;
                await ReadAsync(Math.Min(end, Math.Max(_readTo, next - 1) + PositionsPerQuery), editions, cancellation);
            }

            begun = _runs.FindAll(x => x.First <= position);
        }
        finally
        {
            _reading.Release();
        }

        var underWay = begun.FindAll(x => x.Position > position);
        var cut = underWay.Count == 0 ? [] : await CutAsync(underWay, position, cancellation);
        return [.. begun.Where(x => x.Position <= position).Concat(cut).OrderBy(x => x.Position)];
    }

    public void Dispose() => _reading.Dispose();

    /// <summary>The position of the next report that was not read; null: there is none.</summary>
    private async Task<long?> NextAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select min(position) from {TableNames.Evidence} where position > $1");
        command.Parameters.AddWithValue(_readTo);
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    /// <summary>Reads the runs among the newer reports; the first of a feed may go on with its last.</summary>
    private async Task ReadAsync(long to, IReadOnlyList<EditionEvent> editions, CancellationToken cancellation)
    {
        var ended = editions.Where(x => x.Position > _readTo && x.Position <= to).ToDictionary(x => x.Position);
        await using var command = database.CreateCommand(NewerSql);
        command.Parameters.AddWithValue(_readTo);
        command.Parameters.AddWithValue(to);
        command.Parameters.AddWithValue(ended.Values.Select(x => x.Feed).ToArray());
        command.Parameters.AddWithValue(ended.Keys.ToArray());
        command.Parameters.AddWithValue(ended.Values.Select(x => x.RecordedAt).ToArray());
        command.Parameters.AddWithValue(Gap);
        var newer = new List<ReportRun>();
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            while (await row.ReadAsync(cancellation))
            {
                var last = row.GetInt64(2);
                newer.Add(new ReportRun(row.GetString(0), row.GetInt64(1), last, row.GetFieldValue<DateTimeOffset>(3),
                    row.GetFieldValue<DateTimeOffset>(4), row.GetInt64(5), ended.GetValueOrDefault(last)));
            }
        }

        // Only what was read to its end counts as read.
        newer.ForEach(Add);
        _readTo = to;
    }

    private void Add(ReportRun run)
    {
        if (_lastOfFeed.TryGetValue(run.Feed, out var at) && _runs[at] is { End: null } last && run.Began - last.Ended <= Gap)
        {
            _runs[at] = run with { First = last.First, Began = last.Began, Reports = last.Reports + run.Reports };
            return;
        }

        _lastOfFeed[run.Feed] = _runs.Count;
        _runs.Add(run);
    }

    /// <summary>Runs as far as they had come at a position.</summary>
    private async Task<List<ReportRun>> CutAsync(List<ReportRun> runs, long position, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(UnderWaySql);
        command.Parameters.AddWithValue(runs.Select(x => x.Feed).ToArray());
        command.Parameters.AddWithValue(runs.Select(x => x.First).ToArray());
        command.Parameters.AddWithValue(position);
        var byFirst = runs.ToDictionary(x => x.First);
        var cut = new List<ReportRun>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            cut.Add(byFirst[row.GetInt64(0)] with
            {
                Position = row.GetInt64(1),
                Ended = row.GetFieldValue<DateTimeOffset>(2),
                Reports = row.GetInt64(3),
                End = null,
            });
        }

        return cut;
    }
}
