namespace Ledger.Estimation;

/// <summary>Which credible reports contradict each other (METHOD.md §3, clash): those whose intervals do not meet.</summary>
internal static class Clash
{
    /// <summary>The day at which a running total is compared with others where low is worked out.</summary>
    public static Func<Reading, DateOnly> DayOf(Method method) =>
        method.TotalsStandAtTheirEnd ? total => total.Claim.When.Latest : total => total.Claim.When.Middle;

    /// <summary>Of running totals that are not replaced. Two of them clash only if the smaller one is not earlier: totals cannot
    /// fall.</summary>
    /// <param name="latestFirst">The totals, latest first by <see cref="DayOf"/>.</param>
    public static HashSet<Claim> OfTotals(List<Reading> latestFirst, Method method) => Clashing(latestFirst, DayOf(method));

    /// <summary>Of reports of one lot, which speak of the same number.</summary>
    public static HashSet<Claim> Within(List<Reading> readings) => Clashing(readings, _ => DateOnly.MinValue);

    /// <summary>One pass from the earliest on finds those that are too small, one from the latest back those that are too
    /// large.</summary>
    private static HashSet<Claim> Clashing(List<Reading> readings, Func<Reading, DateOnly> dayOf)
    {
        var clashing = new HashSet<Claim>(ReferenceEqualityComparer.Instance);
        var largestLo = -1L;
        for (var last = readings.Count - 1; last >= 0;)
        {
            var i = last;
            for (; i >= 0 && dayOf(readings[i]) == dayOf(readings[last]); i--)
            {
                largestLo = Math.Max(largestLo, readings[i].Stated.Lo);
            }

            for (; last > i; last--)
            {
                if (readings[last].ClashHi < largestLo)
                {
                    clashing.Add(readings[last].Claim);
                }
            }
        }

        var smallestHi = long.MaxValue;
        for (var first = 0; first < readings.Count;)
        {
            var i = first;
            for (; i < readings.Count && dayOf(readings[i]) == dayOf(readings[first]); i++)
            {
                smallestHi = Math.Min(smallestHi, readings[i].ClashHi ?? long.MaxValue);
            }

            for (; first < i; first++)
            {
                if (smallestHi < readings[first].Stated.Lo)
                {
                    clashing.Add(readings[first].Claim);
                }
            }
        }

        return clashing;
    }
}
