using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>Finds the days on which the estimate of one holding turns. On the days that <see cref="ChangeDays"/> knows, and on those before
/// them, it may jump. In between it moves only while units are under way: then it is looked at in the middle, again and again, until all is
/// straight; from the end to the beginning, so that where there is too much the newest is found.</summary>
internal sealed class TurnSearch(Func<DateOnly, Interval> estimate, ChangeDays change, DateOnly from, DateOnly to)
{
    private readonly Dictionary<int, Interval> _estimates = [];
    private readonly SortedSet<int> _days = [];

    public Turns Find()
    {
        var knots = new SortedSet<int> { from.DayNumber, to.DayNumber };
        foreach (var day in change.Days.Where(x => x >= from && x <= to))
        {
            knots.UnionWith([Math.Max(from.DayNumber, day.DayNumber - 1), day.DayNumber]);
        }

        int[] ends = [.. knots];
        _days.UnionWith(knots);
        var since = from.DayNumber;
        for (var i = ends.Length - 1; i > 0; i--)
        {
            if (_estimates.Count > Limits.DaysSearched || !Refine(ends[i - 1], ends[i]))
            {
                since = ends[i];
                break;
            }
        }

        int[] days = [.. _days.Where(x => x >= since)];
        return new Turns(
            [.. days.Where((x, i) => i > 0 && !AreLevel(days[i - 1], x)).Select(DateOnly.FromDayNumber)],
            [.. Bends(days).Select(DateOnly.FromDayNumber)], DateOnly.FromDayNumber(since));
    }

    /// <summary>Adds days between two until all is straight; false: there are too many.</summary>
    private bool Refine(int start, int end)
    {
        if (end - start <= 1 || change.AreAlike(DateOnly.FromDayNumber(start), DateOnly.FromDayNumber(end)))
        {
            return true;
        }

        var middle = start + ((end - start) / 2);
        int[] between = [(start + middle) / 2, middle, (middle + end) / 2];
        if (Array.TrueForAll(between, day => AreLevel(start, day) && IsStraight(start, day, end)) && AreLevel(start, end))
        {
            // Those looked at bind the slopes: a bend between them then hides no more than the rounding of both its sides.
            _days.UnionWith(between);
            return true;
        }

        _days.Add(middle);
        return _estimates.Count <= Limits.DaysSearched && Refine(middle, end) && Refine(start, middle);
    }

    /// <summary>The days that best needs, so that it is straight in between. From the last bend on, every day passed narrows the slopes
    /// that lead by all of them.</summary>
    private List<int> Bends(int[] days)
    {
        var bends = new List<int> { days[0] };
        (Int128 Units, Int128 Days)? least = null, most = null;
        for (var i = 1; i < days.Length; i++)
        {
            var start = bends[^1];
            (Int128 Units, Int128 Days) slope = (At(days[i]).Best - At(start).Best, days[i] - start);
            if (IsLess(slope, least) || IsLess(most, slope))
            {
                start = days[i - 1];
                bends.Add(start);
                slope = (At(days[i]).Best - At(start).Best, days[i] - start);
                (least, most) = (null, null);
            }

            var ways = WaysOn(days[i]);
            var (lower, upper) = (slope with { Units = slope.Units - ways }, slope with { Units = slope.Units + ways });
            least = least is null || IsLess(least, lower) ? lower : least;
            most = most is null || IsLess(upper, most) ? upper : most;
        }

        if (bends[^1] != days[^1])
        {
            bends.Add(days[^1]);
        }

        return bends;
    }

    private static bool IsLess((Int128 Units, Int128 Days)? one, (Int128 Units, Int128 Days)? other) =>
        one is var (units, days) && other is var (others, otherDays) && units * otherDays < others * days;

    /// <summary>How far a day may be off the straight: one unit for each way on which units are before it and after it, since best is
    /// rounded there and at the ends.</summary>
    private int WaysOn(int day) => change.CountAcross(DateOnly.FromDayNumber(day));

    private bool AreLevel(int one, int other) => At(one).Lo == At(other).Lo && At(one).Hi == At(other).Hi;

    private bool IsStraight(int start, int day, int end)
    {
        var off = ((Int128)At(day).Best * (end - start)) - ((Int128)At(start).Best * (end - day)) - ((Int128)At(end).Best * (day - start));
        return Int128.Abs(off) <= (Int128)WaysOn(day) * (end - start);
    }

    private Interval At(int day)
    {
        var key = change.AlikeAs(DateOnly.FromDayNumber(day));
        if (!_estimates.TryGetValue(key, out var units))
        {
            _estimates.Add(key, units = estimate(DateOnly.FromDayNumber(day)));
        }

        return units;
    }
}
