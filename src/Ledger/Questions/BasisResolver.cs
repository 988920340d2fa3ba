using System.Globalization;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Vocabulary;
using Ledger.Web;
using Npgsql;

namespace Ledger.Questions;

/// <summary>The query parameters that hold a question's three clocks. A question about a stretch of time has a clock that runs from
/// <c>from</c> to <c>to</c>: its end takes that clock's place.</summary>
public sealed record ClockNames(string AsOf = "asOf", string ReportedBy = "reportedBy", string KnownAt = "knownAt")
{
    /// <summary>The name under which the end of a stretch is given: <c>to</c>, or the clock's own.</summary>
    /// <exception cref="ProblemException">400: both are given.</exception>
    public static string EndOf(HttpContext http, string clock) => QueryParameters.Text(http, "to") is null ? clock
        : QueryParameters.Text(http, clock) is null ? "to" : throw QueryParameters.Bad(clock, "Here the same as to: give one of the two.");
}

/// <summary>Resolves the clocks of a question. One round trip where no past time is asked about: the ledger's end, and whatever the catalogue has
/// gained.</summary>
public sealed class BasisResolver(NpgsqlDataSource database, CatalogueReader catalogue, LedgerClock ledgerClock, TimeProvider clock)
{
    /// <summary>Reads the clocks of a request.</summary>
    /// <param name="pinned">The basis of the page before, where the request continues a list.</param>
    /// <param name="names">The parameters that hold the clocks; null: those of every question.</param>
    /// <exception cref="ProblemException">400 for a parameter; 503 where a time is asked about while an append holds the ledger.</exception>
    public async Task<Basis> ResolveAsync(
        HttpContext http, (DateOnly AsOf, DateOnly? ReportedBy, long Position, DateTimeOffset? KnownAt)? pinned = null, ClockNames? names = null)
    {
        names ??= new ClockNames();
        var cancellation = http.RequestAborted;
        var asOf = QueryParameters.Day(http, names.AsOf);
        var reportedBy = QueryParameters.Day(http, names.ReportedBy);
        var method = QueryParameters.Number(http, "method", Estimator.Method, Estimator.Method);
        var knownAt = QueryParameters.Text(http, names.KnownAt);
        var wanted = AtLeast(http);
        var position = knownAt is ['@', .. var digits]
            ? QueryParameters.TryDigits(digits, out var n) ? n : throw BadKnownAt(names.KnownAt) : (long?)null;
        var time = knownAt is null || position is not null ? (DateTimeOffset?)null : Time(knownAt, names.KnownAt);
        if (pinned is null && time is { } past)
        {
            // Before the end is read: what the time names lies at the end or before.
            position = await PositionAtAsync(past, names.KnownAt, cancellation);
        }

        var end = await EndAsync(cancellation);
        MustBeThere(wanted?.Position, wanted?.Named, end);
        MustBeThere(pinned?.Position ?? position, pinned is null ? $"?{names.KnownAt}" : "?cursor", end);
        if (pinned is { } page)
        {
            return new Basis
            {
                AsOf = page.AsOf,
                ReportedBy = page.ReportedBy,
                Position = page.Position,
                KnownAt = page.KnownAt,
                Pinned = true,
                Settled = end,
                Catalogue = catalogue.At(page.Position),
            };
        }

        return new Basis
        {
            AsOf = asOf ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime),
            ReportedBy = reportedBy,
            Position = position ?? end,
            KnownAt = time ?? (position is { } at ? await ledgerClock.TimeOfAsync(at, cancellation) : null),
            Pinned = knownAt is not null,
            Immutable = asOf is not null && method is not null && knownAt is ['@', ..],
            Settled = end,
            Catalogue = catalogue.At(position ?? end),
        };
    }

    /// <summary>Without a knownAt, an answer names the last event that affects it, so that it stays the same while others come in.</summary>
    /// <param name="last">Position of that event; 0 where there is none.</param>
    public async Task<Basis> AffectedByAsync(Basis basis, long last, CancellationToken cancellation) =>
        basis.Pinned ? basis : basis with { Position = last, KnownAt = await ledgerClock.TimeOfAsync(last, cancellation) };

    /// <summary>The ledger's end; takes in what the catalogue has gained in the same round trip.</summary>
    public async Task<long> EndAsync(CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LedgerEnd.Sql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(CatalogueReader.NewerSql)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = catalogue.KnownVersion } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var end = reader.GetInt64(0);
        await reader.NextResultAsync(cancellation);
        await catalogue.TakeAsync(reader, cancellation);
        return end;
    }

    private async Task<long> PositionAtAsync(DateTimeOffset time, string parameter, CancellationToken cancellation)
    {
        try
        {
            return await ledgerClock.PositionAtAsync(time, cancellation)
                ?? throw QueryParameters.Bad(parameter, "A time that has not come, by the database's clock: nobody knows what will be known then.");
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new ProblemException(ProblemKinds.Behind, "Somebody has been appending for seconds, perhaps since before that time. Ask again.")
            { RetryAfter = 2 };
        }
    }

    private static void MustBeThere(long? position, string? named, long end)
    {
        if (position > end)
        {
            throw LedgerEnd.Beyond(position.Value, named!, end);
        }
    }

    private static (long Position, string Named)? AtLeast(HttpContext http)
    {
        if (QueryParameters.Number(http, "atLeast", 0, long.MaxValue) is { } asked)
        {
            return (asked, "?atLeast");
        }

        if (http.Request.Headers["Ledger-Position"] is not { Count: > 0 } header)
        {
            return null;
        }

        return long.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? (position, "Ledger-Position")
            : throw new ProblemException(ProblemKinds.BadParameter, "Ledger-Position: not a position.");
    }

    /// <summary>A time of the question, cut to microseconds: the database keeps no finer ones.</summary>
    private static DateTimeOffset Time(string text, string parameter) => Rfc3339.TryParse(text, out var time)
        ? time.ToUniversalTime().AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)) : throw BadKnownAt(parameter);

    private static ProblemException BadKnownAt(string parameter) =>
        QueryParameters.Bad(parameter, "A position (@57012) or a time in RFC 3339 with its offset (2026-11-22T20:41:10Z).");
}
