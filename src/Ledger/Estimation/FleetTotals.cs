using Ledger.Facts;
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
    /// <summary>How many of the holdings are conflicted.</summary>
    public int Conflicted { get; init; }

    /// <summary>How many reports count in them.</summary>
    public int Reports { get; init; }

    /// <summary>Sum of what is on order.</summary>
    public long OnOrder { get; init; }

    /// <summary>Sum of what is announced.</summary>
    public long Announced { get; init; }

    /// <summary>Sum of what is operated on loan.</summary>
    public Interval OnLoan { get; init; }

    /// <summary>Sum of what would stand more without delistings.</summary>
    public Interval Delisted { get; init; }

    /// <summary>The newest reported day of a report that counts; null: none does.</summary>
    public DateOnly? NewestReported { get; init; }

    /// <summary>The total of no holding.</summary>
    public static readonly Total None = new() { OnLoan = Interval.None, Delisted = Interval.None };

    /// <summary>Sum of high; null is open, if any holding's is.</summary>
    public long? High => OpenHoldings > 0 ? null : ClosedHigh;

    /// <summary>This total with one more holding.</summary>
    public Total With(HoldingEstimate holding) => new(
        Low + holding.Low,
        Best + holding.Best,
        ClosedHigh + holding.ClosedHigh,
        Holdings + 1,
        OpenHoldings + (holding.High is null ? 1 : 0))
    {
        Conflicted = Conflicted + (holding.Conflicted ? 1 : 0),
        Reports = Reports + holding.Reports,
        OnOrder = OnOrder + holding.OnOrder,
        Announced = Announced + holding.Announced,
        OnLoan = OnLoan + holding.OnLoan,
        Delisted = Delisted + holding.Delisted,
        NewestReported = Newer(holding.NewestReported),
    };

    /// <summary>This total and another one of other holdings.</summary>
    public Total With(Total other) => new(
        Low + other.Low, Best + other.Best, ClosedHigh + other.ClosedHigh, Holdings + other.Holdings, OpenHoldings + other.OpenHoldings)
    {
        Conflicted = Conflicted + other.Conflicted,
        Reports = Reports + other.Reports,
        OnOrder = OnOrder + other.OnOrder,
        Announced = Announced + other.Announced,
        OnLoan = OnLoan + other.OnLoan,
        Delisted = Delisted + other.Delisted,
        NewestReported = Newer(other.NewestReported),
    };

    private DateOnly? Newer(DateOnly? day) => day > NewestReported || NewestReported is null ? day : NewestReported;
}

/// <summary>What a fleet adds up, never across categories. Expendable platforms are stock and are kept apart from durable ones; civil
/// unmanned aircraft are kept apart from the headline (METHOD.md §7).</summary>
public readonly record struct TotalKey(Category Category, PlatformClass Class, bool Civil) : IComparable<TotalKey>
{
    /// <summary>The total in which a platform's holdings count.</summary>
    public static TotalKey Of(Platform platform, Method method)
    {
        var key = new TotalKey(platform.Category, platform.Class, false);
        return key with { Civil = method.CivilStandsApart && platform.IsCivil && key.IsHeadline };
    }

    /// <summary>Whether it is part of the headline: durable unmanned aircraft, civil ones left out.</summary>
    public bool IsHeadline => Class == PlatformClass.Durable && (Category is Category.Uav or Category.ArmedUav) && !Civil;

    public int CompareTo(TotalKey other) => (Category, Class, Civil).CompareTo((other.Category, other.Class, other.Civil));

    public static bool operator <(TotalKey left, TotalKey right) => left.CompareTo(right) < 0;

    public static bool operator >(TotalKey left, TotalKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(TotalKey left, TotalKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TotalKey left, TotalKey right) => left.CompareTo(right) >= 0;
}

/// <summary>The totals of a fleet.</summary>
/// <param name="Headline">The unmanned aircraft (<see cref="TotalKey.IsHeadline"/>).</param>
/// <param name="ByCategory">Ordered by category and class, civil ones last; only those that have a holding.</param>
public sealed record FleetTotals(Total Headline, IReadOnlyDictionary<TotalKey, Total> ByCategory)
{
    /// <summary>Adds up the holdings of one recipient, in any order.</summary>
    public static FleetTotals Of(IEnumerable<(Platform Platform, HoldingEstimate Estimate)> holdings, Method method)
    {
        var headline = Total.None;
        var totals = new SortedDictionary<TotalKey, Total>();
        foreach (var (platform, estimate) in holdings)
        {
            var key = TotalKey.Of(platform, method);
            totals[key] = totals.GetValueOrDefault(key, Total.None).With(estimate);
            headline = key.IsHeadline ? headline.With(estimate) : headline;
        }

        return new FleetTotals(headline, totals);
    }
}
