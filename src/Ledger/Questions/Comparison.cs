using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>Two states of knowledge that a question compares. <c>from</c> and <c>to</c> are values of one clock, <c>knownAt</c> (axis
/// <c>recorded</c>) or <c>reportedBy</c> (axis <c>reported</c>); the other clocks are the same on both sides.</summary>
/// <param name="ReportedFrom">The earlier day of the axis <c>reported</c>.</param>
/// <param name="RecordedFrom">The earlier clocks of the axis <c>recorded</c>. Both null: from the beginning of the ledger.</param>
/// <param name="Clocks">The clocks of the later side.</param>
public sealed record Comparison(DateOnly? ReportedFrom, ClockParameters? RecordedFrom, ClockParameters Clocks)
{
    /// <summary>The query parameters of a comparison, beside the clocks'.</summary>
    public static readonly IReadOnlyList<string> Parameters = ["from", "to", "axis", CategoryList.Name, "sort"];

    /// <summary>Reads the two sides of a request.</summary>
    /// <exception cref="ProblemException">400 for a parameter.</exception>
    public static Comparison Of(QueryParameters query)
    {
        var isReported = query.Word("axis", ["recorded", "reported"]) == "reported";
        var names = isReported ? new ClockNames(ReportedBy: ClockNames.EndOf(query, "reportedBy"))
            : new ClockNames(KnownAt: ClockNames.EndOf(query, "knownAt"));
        return new Comparison(isReported ? query.Day("from") : null,
            isReported || query.Text("from") is null ? null : ClockParameters.Of(query, new ClockNames(KnownAt: "from")),
            ClockParameters.Of(query, names));
    }

    /// <summary>Whether the largest changes come first.</summary>
    public static bool IsByDelta(QueryParameters query) => query.Word("sort", ["delta"]) is not null;

    /// <summary>Resolves both sides.</summary>
    /// <param name="bases">Resolves clocks.</param>
    /// <param name="pin">The later side of the first page, where the question continues a list.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    /// <exception cref="ProblemException">400: the earlier side is the later one.</exception>
    public async Task<ComparedBases> ResolveAsync(BasisResolver bases, Pin? pin, CancellationToken cancellation)
    {
        // The earlier side first, so that a later side without a knownAt is not before it.
        var recordedFrom = RecordedFrom is null ? null : await bases.ResolveAsync(RecordedFrom, null, cancellation);
        var basis = await bases.ResolveAsync(Clocks, pin, cancellation);
        var later = basis with { Immutable = basis.Immutable && recordedFrom?.Immutable != false };
        var earlier = recordedFrom is not null
            ? later with { Position = recordedFrom.Position, KnownAt = recordedFrom.KnownAt, Catalogue = recordedFrom.Catalogue }
            : ReportedFrom is not null ? later with { ReportedBy = ReportedFrom }
            : later with { Position = 0, KnownAt = null, Catalogue = CatalogueAt.Fold([]) };
        if (earlier.Position > later.Position || earlier.ReportedBy > (later.ReportedBy ?? DateOnly.MaxValue))
        {
            throw QueryParameters.Bad("from", "Lies after to.");
        }

        return new ComparedBases(earlier, later, recordedFrom?.Position ?? 0);
    }

    /// <summary>The earlier side as the answer names it: on the axis reported both sides have the position that the answer names.</summary>
    public Basis Named(ComparedBases bases, Basis narrowed) =>
        ReportedFrom is null ? bases.Earlier : narrowed with { ReportedBy = ReportedFrom };

    /// <summary>Compares two changes by their size: that of best first, then that of high; the larger first.</summary>
    public static int LargestFirst((long Best, long High) one, (long Best, long High) other) =>
        other.Best.CompareTo(one.Best) is not 0 and var byBest ? byBest : other.High.CompareTo(one.High);

    /// <summary>The size of a change. That of a high which was opened or closed is larger than any.</summary>
    public static (long Best, long High) SizeOf(long bestBefore, long bestAfter, long? highBefore, long? highAfter) => (
        Math.Abs(bestAfter - bestBefore),
        highBefore is { } before && highAfter is { } after ? Math.Abs(after - before) : highBefore == highAfter ? 0 : long.MaxValue);

    /// <summary>A page of a list that is in another order than that of its keys.</summary>
    public static (IEnumerable<T> Items, string? NextKey) Page<T>(PageRequest page, List<T> ordered, Func<T, string> key)
    {
        var after = page.After is null ? -1 : ordered.FindIndex(x => key(x) == page.After);
        if (after < 0 && page.After is not null)
        {
            throw Cursor.Bad();
        }

        var rest = ordered[(after + 1)..];
        return (rest.Take(page.Limit), page.NextKey(rest, key));
    }
}

/// <summary>The two sides of a comparison.</summary>
/// <param name="Earlier">The earlier side.</param>
/// <param name="Later">The later side.</param>
/// <param name="Least">The position of the earlier side on the axis <c>recorded</c>, which affects the answer in any case; else 0.</param>
public sealed record ComparedBases(Basis Earlier, Basis Later, long Least)
{
    /// <summary>One fleet on the earlier side.</summary>
    public FleetState Before(IReadOnlyList<HoldingEvidence> holdings) => new(holdings, Earlier.Clocks, Earlier.Catalogue.Find);

    /// <summary>The same fleet on the later side.</summary>
    public FleetState After(IReadOnlyList<HoldingEvidence> holdings) => new(holdings, Later.Clocks, Later.Catalogue.Find);
}
