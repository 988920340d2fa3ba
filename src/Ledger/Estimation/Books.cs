using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The units that came less the losses, without observations (METHOD.md §6).</summary>
internal readonly record struct Books(long Low, long Best, long? High)
{
    /// <summary>Low less the most that credible reports of losses state, high less the least.</summary>
    public static Books Of(Pool came, Pool lost) => new(
        Math.Max(0, came.Low - lost.Most),
        Math.Max(0, came.Best - lost.Best),
        came.High is { } high ? Math.Max(0, high - lost.Low) : null);

    /// <summary>With high at least low, and best between them.</summary>
    public Books InOrder()
    {
        var high = High < Low ? Low : High;
        return new(Low, Math.Max(Low, Math.Min(Best, high ?? Best)), high);
    }

    public Interval Interval => new(Low, Best, High);
}
