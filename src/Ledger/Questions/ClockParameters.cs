using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>The names of the parameters of a question's three clocks. In a question about a range of one clock, from <c>from</c> to
/// <c>to</c>, that clock's parameter is <c>to</c>.</summary>
public sealed record ClockNames(string AsOf = "asOf", string ReportedBy = "reportedBy", string KnownAt = "knownAt")
{
    /// <summary>The parameter that gives the end of a range: <c>to</c>, or the clock's own.</summary>
    /// <exception cref="ProblemException">400: both are given.</exception>
    public static string EndOf(QueryParameters query, string clock) => query.Text("to") is null ? clock
        : query.Text(clock) is null ? "to" : throw QueryParameters.Bad(clock, "Here the same as to: give one of the two.");
}

/// <summary>The clocks of a question as given, before they are resolved to a <see cref="Basis"/>.</summary>
public sealed record ClockParameters
{
    /// <summary>The query parameters that every question takes.</summary>
    public static readonly IReadOnlyList<string> Names = ["asOf", "reportedBy", "knownAt", "method", "atLeast"];

    private readonly ClockNames _names = new();

    /// <summary>Null: today.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>Null: no limit.</summary>
    public DateOnly? ReportedBy { get; init; }

    /// <summary>The position that was given as knownAt; null where it is a time or absent.</summary>
    public long? Position { get; init; }

    /// <summary>The time that was given as knownAt, in UTC, to the microsecond; null where it is a position or absent.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The method of estimation.</summary>
    public Method Method { get; init; } = Method.Default;

    /// <summary>Whether the method was given.</summary>
    public bool NamesMethod { get; init; }

    /// <summary>The position that the ledger must have reached, and the parameter or header that gave it.</summary>
    public (long Position, string Named)? AtLeast { get; init; }

    /// <summary>The name of the parameter of knownAt, for problems.</summary>
    public string KnownAtName => _names.KnownAt;

    /// <summary>Reads the clocks of a request.</summary>
    /// <param name="query">The parameters of the request.</param>
    /// <param name="names">The names of the clocks' parameters; null: the usual ones.</param>
    /// <exception cref="ProblemException">400 for a parameter.</exception>
    public static ClockParameters Of(QueryParameters query, ClockNames? names = null) => new(query, names ?? new ClockNames());

    /// <summary>Without parameters: today, and all that the ledger holds.</summary>
    public ClockParameters()
    {
    }

    private ClockParameters(QueryParameters query, ClockNames names)
    {
        _names = names;
        AsOf = query.Day(names.AsOf);
        ReportedBy = query.Day(names.ReportedBy);
        if (query.Number("method", 1, Method.All.Count) is { } method)
        {
            (Method, NamesMethod) = (Method.All[(int)method - 1], true);
        }

        (Position, Time) = KnownAtOf(query.Text(names.KnownAt), names.KnownAt);
        AtLeast = AtLeastOf(query);
    }

    private static (long? Position, DateTimeOffset? Time) KnownAtOf(string? text, string parameter) => text switch
    {
        null => (null, null),
        ['@', .. var digits] => (Digits.TryParse(digits, out var position) ? position : throw Bad(parameter, text), null),
        // Truncated to microseconds, the precision of the database.
        _ => (null, Rfc3339.TryParse(text, out var time)
            ? time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)) : throw Bad(parameter, text)),
    };

    private static (long, string)? AtLeastOf(QueryParameters query)
    {
        if (query.Number("atLeast", 0, long.MaxValue) is { } asked)
        {
            return (asked, "?atLeast");
        }

        return query.Position.Count == 0 ? null
            : Digits.TryParse(query.Position.ToString(), out var position) ? (position, "Ledger-Position")
            : throw QueryParameters.BadHeader("Ledger-Position", "Not a position.");
    }

    private static ProblemException Bad(string parameter, string text) => QueryParameters.Bad(parameter, QueryParameters.WithAdvice(
        "A position (@57012) or a time in RFC 3339 with its offset (2026-11-22T20:41:10Z).", text));
}
