namespace Ledger.Vocabulary;

/// <summary>How many items (airframes) one system of a platform has. <c>default</c> is no factor: use <see cref="Unknown"/>.</summary>
/// <param name="Min">Items, 1–1,000: the least that a system was sold with.</param>
/// <param name="Usual">Items, Min–1,000: what a system usually has.</param>
/// <param name="Max">Items, Usual–1,000: the most; null is open, which only <see cref="Unknown"/> is.</param>
public readonly record struct ItemsPerSystem(int Min, int Usual, int? Max)
{
    /// <summary>The largest factor, items per system (METHOD.md §2).</summary>
    public const int Limit = 1_000;

    /// <summary>The factor where none is stated: at least one item, no upper bound.</summary>
    public static ItemsPerSystem Unknown => new(1, 1, null);

    /// <summary>1 ≤ Min ≤ Usual ≤ Max ≤ <see cref="Limit"/>, or <see cref="Unknown"/>.</summary>
    public bool IsValid => this == Unknown || (Min >= 1 && Min <= Usual && Usual <= Max && Max <= Limit);
}
