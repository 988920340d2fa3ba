using System.Collections.Concurrent;
using System.Globalization;
using Ledger.Catalogue;
using Ledger.Hosting;
using Npgsql;

namespace Ledger.Fleets;

/// <summary>The query parameters that hold a question's three clocks. A question about a stretch of time has a clock that runs from
/// <c>from</c> to <c>to</c>: its end takes that clock's place.</summary>
public sealed record ClockNames(string AsOf = "asOf", string ReportedBy = "reportedBy", string KnownAt = "knownAt")
{
    /// <summary>The name under which the end of a stretch is given: <c>to</c>, or the clock's own.</summary>
    /// <exception cref="ProblemException">400: both are given.</exception>
    public static string EndOf(HttpContext http, string clock) => Query.Text(http, "to") is null ? clock
        : Query.Text(http, clock) is null ? "to" : throw Query.Bad(clock, "Here the same as to: give one of the two.");
}

/// <summary>Resolves the clocks of a question. One round trip where no past knowledge is asked about: the read model's progress, and
/// whatever the catalogue has gained.</summary>
public sealed class Clocks(NpgsqlDataSource database, CatalogueReader catalogue, TimeProvider clock)
{
    private const string ProgressSql =
        $"select coalesce((select last_seq_id from {Storage.Schema}.mt_event_progression where name = '{EvidenceProjection.Shard}'), 0)";

    private const string EndSql = $"select coalesce(max(seq_id), 0) from {Storage.Schema}.mt_events";

    /// <summary>In answers the position that they have come to; sent back, the least that the next answer must have come to.</summary>
    private const string PositionHeader = "Ledger-Position";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(15);

    private readonly ConcurrentDictionary<long, DateTimeOffset> _settledAt = new();
    private readonly Lock _waiting = new();
    private Task<long>? _nextProgress;

    /// <summary>Reads the clocks of a request, and waits for the read model where it asks to.</summary>
    /// <param name="pinned">The basis of the page before, where the request continues a list.</param>
    /// <param name="names">The parameters that hold the clocks; null: those of every question.</param>
    /// <exception cref="ProblemException">400 for a parameter, 503 where the read model is behind.</exception>
    public async Task<Basis> ResolveAsync(
        HttpContext http, (DateOnly AsOf, DateOnly? ReportedBy, long Position, DateTimeOffset? KnownAt)? pinned = null, ClockNames? names = null)
    {
        names ??= new ClockNames();
        var cancellation = http.RequestAborted;
        var now = clock.GetUtcNow();
        var asOf = Query.Day(http, names.AsOf);
        var reportedBy = Query.Day(http, names.ReportedBy);
        var method = Query.Number(http, "method", Estimator.Method, Estimator.Method);
        var knownAt = Query.Text(http, names.KnownAt);
        var wanted = AtLeast(http);
        var position = knownAt is ['@', .. var digits]
            ? Query.TryDigits(digits, out var n) ? n : throw BadKnownAt(names.KnownAt) : (long?)null;
        var time = knownAt is null || position is not null ? (DateTimeOffset?)null : Time(knownAt, names.KnownAt);
        if (pinned is null && time is { } past)
        {
            // Before the progress is read: a mark is written together with the progress, so what it names is there by then.
            position = await PositionAtAsync(past, names.KnownAt, now, cancellation);
        }

        var settled = await ProgressAsync(cancellation);
        var needed = pinned?.Position ?? position ?? 0;
        if (Math.Max(wanted ?? 0, needed) is var least && least > settled)
        {
            settled = await WaitAsync(least, wanted == least ? AtLeastName(http) : pinned is null ? names.KnownAt : "cursor", cancellation);
        }

        if (pinned is { } page)
        {
            return new Basis
            {
                AsOf = page.AsOf,
                ReportedBy = page.ReportedBy,
                Position = page.Position,
                KnownAt = page.KnownAt,
                Pinned = true,
                Settled = settled,
                Catalogue = catalogue.At(page.Position),
            };
        }

        return new Basis
        {
            AsOf = asOf ?? DateOnly.FromDateTime(now.UtcDateTime),
            ReportedBy = reportedBy,
            Position = position ?? settled,
            KnownAt = time ?? (position is { } at ? await SettledAtAsync(at, cancellation) : null),
            Pinned = knownAt is not null,
            Immutable = asOf is not null && method is not null && knownAt is ['@', ..],
            Settled = settled,
            Catalogue = catalogue.At(position ?? settled),
        };
    }

    /// <summary>Without a knownAt, an answer names the last event that affects it, so that it stays the same while others come in.</summary>
    /// <param name="last">Position of that event; 0 where there is none.</param>
    public async Task<Basis> AffectedByAsync(Basis basis, long last, CancellationToken cancellation) =>
        basis.Pinned ? basis : basis with { Position = last, KnownAt = await SettledAtAsync(last, cancellation) };

    /// <summary>How far the read model has come; takes in what the catalogue has gained in the same round trip.</summary>
    public async Task<long> ProgressAsync(CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ProgressSql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(CatalogueReader.NewerSql)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = catalogue.KnownVersion } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var settled = reader.GetInt64(0);
        await reader.NextResultAsync(cancellation);
        await catalogue.TakeAsync(reader, cancellation);
        return settled;
    }

    /// <summary>Waits until the read model has used every event that is there now.</summary>
    /// <returns>A position at which the ledger is as long as it was when this was asked.</returns>
    /// <exception cref="ProblemException">503: it has not within <paramref name="atMost"/>.</exception>
    public async Task<long> CaughtUpAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(EndSql);
        var end = (long)(await command.ExecuteScalarAsync(cancellation))!;
        var started = clock.GetTimestamp();
        long settled;
        while ((settled = await NextProgressAsync().WaitAsync(cancellation)) < end)
        {
            if (clock.GetElapsedTime(started) > atMost)
            {
                throw new ProblemException(Problems.Behind, $"The read model has not come to the ledger's end, position {end}, within "
                    + $"{atMost.TotalSeconds:0} seconds.")
                { RetryAfter = 30 };
            }
        }

        return settled;
    }

    private async Task<long> WaitAsync(long position, string parameter, CancellationToken cancellation)
    {
        await using (var command = database.CreateCommand(EndSql))
        {
            var end = (long)(await command.ExecuteScalarAsync(cancellation))!;
            if (position > end)
            {
                throw new ProblemException(Problems.BeyondEnd, $"{parameter}: position {position} lies beyond the ledger's last event, {end}.")
                {
                    Errors = [new ProblemError(parameter == PositionHeader ? parameter : $"?{parameter}", "beyondTheEnd", $"The last position is {end}.")],
                };
            }
        }

        var started = clock.GetTimestamp();
        do
        {
            if (await NextProgressAsync().WaitAsync(cancellation) is var settled && settled >= position)
            {
                return settled;
            }
        }
        while (clock.GetElapsedTime(started) < Limits.AtLeastWait);
        throw new ProblemException(Problems.Behind,
            $"The fleets have not used position {position} within {Limits.AtLeastWait.TotalSeconds:0} seconds. The report is recorded; ask again.")
        { RetryAfter = 2 };
    }

    /// <summary>The progress a moment from now. However many requests wait for it, one asks the database.</summary>
    private Task<long> NextProgressAsync()
    {
        lock (_waiting)
        {
            return _nextProgress is { IsCompleted: false } next ? next : _nextProgress = AskAsync();
        }

        async Task<long> AskAsync()
        {
            await Task.Delay(Poll);
            return await ProgressAsync(CancellationToken.None);
        }
    }

    /// <summary>The position that was settled at a time, for good: no mark will ever be written at that time or before.</summary>
    /// <exception cref="ProblemException">400: the time has not come; 503: the read model holds the seal and does not come on.</exception>
    private async Task<long> PositionAtAsync(DateTimeOffset time, string parameter, DateTimeOffset now, CancellationToken cancellation)
    {
        // A time under the seal is settled already: nothing to write, and no lock to wait for.
        const string mark = $"select position from {Storage.Schema}.knowledge_marks where at <= $1 order by at desc limit 1";
        await using (var command = database.CreateCommand(
            $"select coalesce((select at >= $1 from {Storage.Schema}.knowledge_seal), false), coalesce(({mark}), 0)"))
        {
            command.Parameters.AddWithValue(time);
            await using var row = await command.ExecuteReaderAsync(cancellation);
            await row.ReadAsync(cancellation);
            if (row.GetBoolean(0))
            {
                return row.GetInt64(1);
            }
        }

        // A mark may lie a little ahead of this node's clock: of another node's, or of this one's before it was set back. What answers
        // have named as their basis is under the seal, and stays askable; beyond it the clock decides.
        if (time > now)
        {
            throw Query.Bad(parameter, "A time that has not come: nobody knows what will be known then.");
        }

        await using var batch = database.CreateBatch();
        batch.Timeout = (int)Limits.AtLeastWait.TotalSeconds;
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"insert into {Storage.Schema}.knowledge_seal as seal (one, at) values (true, $1) on conflict (one) do update set at = $1 where seal.at < $1")
        { Parameters = { new NpgsqlParameter { Value = time } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"select coalesce(({mark}), 0)") { Parameters = { new NpgsqlParameter { Value = time } } });
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            return reader.GetInt64(0);
        }
        catch (NpgsqlException late) when (late.InnerException is TimeoutException)
        {
            throw new ProblemException(Problems.Behind, "The fleets are being brought up to that time, and it takes long. Ask again.") { RetryAfter = 2 };
        }
    }

    /// <summary>When a position was settled: never another time once it is, so what was read once is remembered.</summary>
    private async Task<DateTimeOffset?> SettledAtAsync(long position, CancellationToken cancellation)
    {
        if (position == 0)
        {
            return null;
        }

        if (_settledAt.TryGetValue(position, out var known))
        {
            return known;
        }

        await using var command = database.CreateCommand($"select at from {Storage.Schema}.knowledge_marks where position >= $1 order by position, at limit 1");
        command.Parameters.AddWithValue(position);
        if (await command.ExecuteScalarAsync(cancellation) is not DateTime at)
        {
            return null;
        }

        if (_settledAt.Count >= Limits.MarksRemembered)
        {
            _settledAt.Clear();
        }

        return _settledAt[position] = new DateTimeOffset(at, TimeSpan.Zero);
    }

    private static long? AtLeast(HttpContext http)
    {
        if (Query.Number(http, "atLeast", 0, long.MaxValue) is { } asked)
        {
            return asked;
        }

        if (http.Request.Headers[PositionHeader] is not { Count: > 0 } header)
        {
            return null;
        }

        return long.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position
            : throw new ProblemException(Problems.BadParameter, $"{PositionHeader}: not a position.");
    }

    /// <summary>How the request says it: the parameter, which goes before the header, or the header.</summary>
    private static string AtLeastName(HttpContext http) => Query.Text(http, "atLeast") is null ? PositionHeader : "atLeast";

    private static DateTimeOffset Time(string text, string parameter) => Times.TryParse(text, out var time) ? time : throw BadKnownAt(parameter);

    private static ProblemException BadKnownAt(string parameter) =>
        Query.Bad(parameter, "A settled position (@57012) or a time in RFC 3339 with its offset (2026-11-22T20:41:10Z).");
}
