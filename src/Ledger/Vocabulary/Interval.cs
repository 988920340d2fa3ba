namespace Ledger.Vocabulary;

/// <summary>A number of units known only within bounds:
/// 0 ≤ <paramref name="Lo"/> ≤ <paramref name="Best"/> ≤ <paramref name="Hi"/>.</summary>
/// <param name="Lo">Units, the least.</param>
/// <param name="Best">Units, the best single reading.</param>
/// <param name="Hi">Units, the most; null is open: no report bounds it.</param>
public readonly record struct Interval(long Lo, long Best, long? Hi)
{
    /// <summary>Exactly none.</summary>
    public static readonly Interval None = new(0, 0, 0);

    /// <summary>The sum, bound by bound.</summary>
    public static Interval operator +(Interval x, Interval y) => new(x.Lo + y.Lo, x.Best + y.Best, x.Hi + y.Hi);
}
