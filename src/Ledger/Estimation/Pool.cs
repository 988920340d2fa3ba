using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>One number of units, pooled from several reports (METHOD.md §3). Low ≤ Best ≤ Part.</summary>
/// <remarks>Nothing here can exceed 64 bits: a report states at most 2 × 10⁹ (1,000,000, doubled, times 1,000), and every bound of every
/// pool is a sum in which each report of the holding appears at most twice (as a lot, and raising a total), so 10⁹ reports would be
/// needed. Arithmetic is checked all the same.</remarks>
internal readonly record struct Pool
{
    /// <summary>The pool of no reports: a firm zero that tells neither best nor high.</summary>
    public static readonly Pool Nothing = new() { Firm = true };

    /// <summary>What stands on credible evidence.</summary>
    public long Low { get; init; }

    /// <summary>The best single reading.</summary>
    public long Best { get; init; }

    /// <summary>What is closed of high: high itself, unless that is open.</summary>
    public long Part { get; init; }

    /// <summary>The most that credible reports state, an open one with its best: how far losses may lower low.</summary>
    public long Most { get; init; }

    /// <summary>Whether high is open: nobody has bounded it.</summary>
    public bool Open { get; init; }

    /// <summary>Whether best rests on a credible report.</summary>
    public bool Firm { get; init; }

    /// <summary>Whether a credible report points at a number.</summary>
    public bool Points { get; init; }

    /// <summary>Where best is going while units are under way; at least best.</summary>
    public long Reach { get; init; }

    /// <summary>Whether a report is in effect for best; of a climb, whether one has begun.</summary>
    public bool TellsBest { get; init; }

    /// <summary>Whether a report is in effect for high.</summary>
    public bool TellsHigh { get; init; }

    /// <summary>Whether a credible report is in effect for high.</summary>
    public bool Grounded { get; init; }

    /// <summary>Whether credible reports contradict each other.</summary>
    public bool Conflicted { get; init; }

    /// <summary>The most that the evidence allows; null is open.</summary>
    public long? High => Open ? null : Part;

    public Interval Interval => new(Low, Best, High);

    /// <summary>The sum of two numbers of different units.</summary>
    public static Pool operator +(Pool x, Pool y) => new()
    {
        Low = x.Low + y.Low,
        Best = x.Best + y.Best,
        Part = x.Part + y.Part,
        Most = x.Most + y.Most,
        Open = x.Open || y.Open,
        Firm = x.Firm && y.Firm,
        Points = x.Points || y.Points,
        Reach = x.Reach + y.Reach,
        TellsBest = x.TellsBest || y.TellsBest,
        TellsHigh = x.TellsHigh || y.TellsHigh,
        Grounded = x.Grounded || y.Grounded,
        Conflicted = x.Conflicted || y.Conflicted,
    };

    /// <summary>One pool from two readings of the same number (METHOD.md §3, two readings). <see cref="Nothing"/> is neutral. Not
    /// associative: the order of METHOD.md §5 matters.</summary>
    public static Pool Reconcile(Pool x, Pool y, Method method)
    {
        var low = Math.Max(x.Low, y.Low);
        var reading = method.FirmReadingsReach ? BestUpToReach(x, y) : BestOfTheFirm(x, y);
        var best = Math.Max(low, reading.Best);
        return new Pool
        {
            Low = low,
            Best = best,
            Part = Math.Max(best, Math.Max(x.TellsHigh ? x.Part : 0, y.TellsHigh ? y.Part : 0)),
            Most = Math.Max(x.Most, y.Most),
            Open = (x.Open && !y.Bounds(x)) || (y.Open && !x.Bounds(y)),
            Firm = reading.Firm,
            Points = reading.Points,
            Reach = Math.Max(best, reading.Reach),
            TellsBest = x.TellsBest || y.TellsBest,
            TellsHigh = x.TellsHigh || y.TellsHigh,
            Grounded = x.Grounded || y.Grounded,
            Conflicted = x.Conflicted || y.Conflicted,
        };
    }

    /// <summary>Where one reading is firm, doubtful ones are not read. Firm too where neither tells best, as an empty pool is.</summary>
    private static (long Best, bool Firm, bool Points, long Reach) BestOfTheFirm(Pool x, Pool y)
    {
        var onlyFirm = (x.TellsBest && x.Firm) || (y.TellsBest && y.Firm);
        var best = Largest(x, y, pool => pool.TellsBest && (pool.Firm || !onlyFirm), pool => pool.Best);
        return (best, onlyFirm || !(x.TellsBest || y.TellsBest), false, best);
    }

    /// <summary>A credible reading under way silences doubt only above where it is going.</summary>
    private static (long Best, bool Firm, bool Points, long Reach) BestUpToReach(Pool x, Pool y)
    {
        var ofAll = Largest(x, y, pool => pool.TellsBest, pool => pool.Best);
        static bool IsSure(Pool pool) => pool is { TellsBest: true, Firm: true, Points: true };
        if (IsSure(x) || IsSure(y))
        {
            var sure = Largest(x, y, IsSure, pool => pool.Best);
            var reach = Largest(x, y, IsSure, pool => pool.Reach);
            var best = Math.Max(sure, Math.Min(ofAll, reach));
            return (best, best <= sure, true, reach);
        }

        return (ofAll, (x.Firm || !x.TellsBest) && (y.Firm || !y.TellsBest), false, ofAll);
    }

    private static long Largest(Pool x, Pool y, Func<Pool, bool> isRead, Func<Pool, long> number) =>
        Math.Max(isRead(x) ? number(x) : 0, isRead(y) ? number(y) : 0);

    // Only a pool that tells high can be open, or bound an open one; a doubtful pool never bounds what credible reports left open.
    private bool Bounds(Pool open) => TellsHigh && !Open && Part >= open.Low && (Grounded || !open.Grounded);
}
