using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>Several holdings added up, bound by bound (METHOD.md §7). All numbers but the counts are items.</summary>
/// <param name="Low">Sum of low.</param>
/// <param name="Best">Sum of best.</param>
/// <param name="ClosedHigh">Sum of what is closed of each high.</param>
/// <param name="Holdings">How many holdings.</param>
/// <param name="OpenHoldings">How many of them have an open high.</param>
public readonly record struct Total(long Low, long Best, long ClosedHigh, int Holdings, int OpenHoldings)
{
    /// <summary>Sum of high; null is open, if any holding's is.</summary>
    public long? High => OpenHoldings > 0 ? null : ClosedHigh;

    /// <summary>This total with one more holding.</summary>
    public Total With(HoldingEstimate holding) => new(
        Low + holding.Low,
        Best + holding.Best,
        ClosedHigh + holding.ClosedHigh,
        Holdings + 1,
        OpenHoldings + (holding.High is null ? 1 : 0));
}

/// <summary>The totals of a fleet: one per category and class, never across categories. Expendable platforms are stock and are kept apart
/// from durable ones (METHOD.md §7).</summary>
/// <param name="Headline">The unmanned aircraft: <see cref="Category.Uav"/> and <see cref="Category.ArmedUav"/>, durable ones only.</param>
/// <param name="ByCategory">Ordered by category and class; only those that have a holding.</param>
public sealed record FleetTotals(Total Headline, IReadOnlyDictionary<(Category Category, PlatformClass Class), Total> ByCategory)
{
    /// <summary>Adds up the holdings of one recipient, in any order.</summary>
    public static FleetTotals Of(IEnumerable<(Category Category, PlatformClass Class, HoldingEstimate Estimate)> holdings)
    {
        var headline = default(Total);
        var totals = new SortedDictionary<(Category, PlatformClass), Total>();
        foreach (var (category, @class, estimate) in holdings)
        {
            totals[(category, @class)] = totals.GetValueOrDefault((category, @class)).With(estimate);
            if (IsHeadline(category, @class))
            {
                headline = headline.With(estimate);
            }
        }

        return new FleetTotals(headline, totals);
    }

    /// <summary>Whether holdings of this category and class count in the headline.</summary>
    public static bool IsHeadline(Category category, PlatformClass @class) =>
        @class == PlatformClass.Durable && (category is Category.Uav or Category.ArmedUav);
}
