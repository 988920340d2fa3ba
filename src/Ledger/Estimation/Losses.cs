namespace Ledger.Estimation;

/// <summary>The losses of a holding: their count at a day, and how much of it an observation already reflects (METHOD.md §6).</summary>
internal sealed class Losses
{
    private readonly List<Claim> _byEnd;
    private readonly Method _method;
    private readonly Since?[] _since;

    /// <summary>The part of each bound of the losses that is later than an observation.</summary>
    public readonly record struct Since(long Most, long Best, long Low);

    /// <param name="losses">The losses that count, in order of their last days.</param>
    /// <param name="asOf">The day.</param>
    /// <param name="method">The method.</param>
    public Losses(List<Claim> losses, DateOnly asOf, Method method)
    {
        (_byEnd, AsOf, _method) = (losses, asOf, method);
        _since = new Since?[_byEnd.Count + 1];
        Count = Pooling.Count(losses, asOf, method);
    }

    public DateOnly AsOf { get; }

    /// <summary>The count at the day.</summary>
    public Pool Count { get; }

    /// <summary>What the running totals of losses have gained in best since a day, at least 0.</summary>
    public long TotalsGainedSince(DateOnly day)
    {
        var totals = _byEnd.FindAll(loss => loss.Report.Lot is null);
        return Math.Max(0, Pooling.Count(totals, AsOf, _method).Best - Pooling.Count(totals, day, _method).Best);
    }

    /// <summary>The losses that an observation does not reflect: all but those that were over on its earliest day. Observations between the
    /// same two losses reflect the same ones, so the result is kept by the number of losses that were over.</summary>
    public Since After(DateOnly seenFrom)
    {
        if (_byEnd.Count == 0)
        {
            return default;
        }

        var over = OverBy(seenFrom);
        if (_since[over] is { } known)
        {
            return known;
        }

        var gone = Pooling.Count(_byEnd.GetRange(0, over), AsOf, _method);
        var since = new Since(
            Math.Max(0, Count.Most - gone.Most), Math.Max(0, Count.Best - gone.Best), Math.Max(0, Count.Low - gone.Low));
        _since[over] = since;
        return since;
    }

    /// <summary>How many of the losses were over by a day (latest ≤ day).</summary>
    private int OverBy(DateOnly day)
    {
        var (low, high) = (0, _byEnd.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_byEnd[middle].When.Latest > day)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
