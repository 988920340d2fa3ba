namespace Ledger.Estimation;

/// <summary>Two credible reports that contradict each other.</summary>
internal readonly record struct ClashingPair(Claim One, Claim Other);

/// <summary>The reports that contradict each other in one or several numbers, for those who ask not only whether there are any.</summary>
internal sealed class Clashes
{
    private readonly List<(List<Reading> Clashing, Func<Reading, DateOnly> DayOf)> _numbers = [];

    /// <summary>The reports.</summary>
    public HashSet<Claim> Reports() => _numbers.SelectMany(number => number.Clashing).Select(reading => reading.Claim)
        .ToHashSet<Claim>(ReferenceEqualityComparer.Instance);

    /// <summary>Each with each that contradicts it: as many as the square of their number.</summary>
    public IEnumerable<ClashingPair> Pairs() =>
        from number in _numbers
        from small in number.Clashing
        from large in number.Clashing
        where small.ClashHi < large.Stated.Lo && number.DayOf(small) >= number.DayOf(large)
        select new ClashingPair(small.Claim, large.Claim);

    /// <summary>Adds what was found in one number.</summary>
    /// <param name="readings">All that was said of it.</param>
    /// <param name="clashing">Those of them that clash.</param>
    /// <param name="dayOf">The day at which they are compared.</param>
    public void Add(List<Reading> readings, HashSet<Claim> clashing, Func<Reading, DateOnly> dayOf)
    {
        if (clashing.Count > 0)
        {
            _numbers.Add((readings.FindAll(reading => clashing.Contains(reading.Claim)), dayOf));
        }
    }
}
