using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>How much is not known of a fleet.</summary>
/// <param name="Holdings">How many holdings are reported.</param>
/// <param name="Open">How many of them have no upper bound.</param>
/// <param name="Conflicted">Of how many credible reports contradict each other.</param>
/// <param name="Provisional">How many are of a platform that only reports name.</param>
/// <param name="UncountedLines">How many lines run whose output nobody has counted.</param>
/// <param name="SilentOrders">How many orders are unaccounted for: nothing is reported to have happened for years.</param>
/// <param name="WithoutNews">Of how many holdings nobody has reported for years.</param>
/// <param name="Delisted">Of how many holdings a source no longer lists something.</param>
public readonly record struct UnknownCounts(
    int Holdings, int Open, int Conflicted, int Provisional, int UncountedLines, int SilentOrders, int WithoutNews, int Delisted)
{
    /// <summary>One English sentence.</summary>
    public string Words => UnknownWords.Of(this);

    /// <summary>Counts what is not known of the holdings of a recipient.</summary>
    /// <param name="holdings">The estimate of each reported holding, and what is not known of it.</param>
    public static UnknownCounts Of(IEnumerable<(HoldingEstimate Estimate, IReadOnlyList<NotKnown> Unknowns)> holdings)
    {
        var counts = default(UnknownCounts);
        foreach (var (estimate, unknowns) in holdings)
        {
            int Has(UnknownKind kind) => unknowns.Any(x => x.Kind == kind) ? 1 : 0;
            counts = new UnknownCounts(
                counts.Holdings + 1,
                counts.Open + Has(UnknownKind.OpenBound),
                counts.Conflicted + Has(UnknownKind.Conflict),
                counts.Provisional + Has(UnknownKind.ProvisionalPlatform),
                counts.UncountedLines + unknowns.Count(x => x.Kind == UnknownKind.UncountedLine),
                counts.SilentOrders + unknowns.Count(x => x.Kind == UnknownKind.SilentOrder),
                counts.WithoutNews + Has(UnknownKind.NoNews),
                counts.Delisted + (estimate.Delisted == Interval.None ? 0 : 1));
        }

        return counts;
    }
}
