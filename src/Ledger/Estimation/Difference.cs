using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>Differences of numbers that are known within bounds (METHOD.md §7, flows).</summary>
internal static class Difference
{
    /// <summary>What one number has more than another: low at least 0, high open if that of the first is; then low ≤ best ≤ high is made to
    /// hold by widening.</summary>
    /// <param name="one">The number.</param>
    /// <param name="other">What is subtracted.</param>
    /// <param name="mayFall">Whether a negative best stays negative, and low with it; else it is 0.</param>
    public static Interval Of(Interval one, Interval other, bool mayFall = false)
    {
        var best = one.Best - other.Best;
        var low = other.Hi is { } most ? Math.Max(0, one.Lo - most) : 0;
        return Widened(mayFall ? best : Math.Max(0, best), low, one.Hi - other.Lo);
    }

    /// <summary>How much more one reading of a number says than another, bound by bound; high is open if that of the first alone
    /// is.</summary>
    public static Interval OfMore(Interval one, Interval other)
    {
        var best = Math.Max(0, one.Best - other.Best);
        long? high = one.Hi is { } most ? Math.Max(0, most - (other.Hi ?? most)) : other.Hi is null ? 0 : null;
        return Widened(best, Math.Max(0, one.Lo - other.Lo), high);
    }

    private static Interval Widened(long best, long low, long? high) => new(Math.Min(low, best), best, high < best ? best : high);
}
