namespace Ledger.Estimation;

/// <summary>Which running totals a later one replaces (METHOD.md §3, replaced): one that is later, not smaller, and credible unless the
/// replaced one is not; by method 2 also one that points at a number unless the replaced one does not.</summary>
internal static class Replacement
{
    /// <summary>Of the totals in effect for low those that none of them replaces, latest first.</summary>
    public static List<Reading> LeftForLow(List<Reading> totals, Method method) => Left(totals, Clash.DayOf(method), method);

    /// <summary>Of the totals in effect for best those that none of them replaces. By method 2 a larger one that is over also replaces
    /// those whose window ends earlier, whatever the middles.</summary>
    public static List<Reading> LeftForBest(List<Reading> totals, DateOnly asOf, Method method)
    {
        var left = Left(totals, total => total.Claim.When.Middle, method);
        if (method.TotalsStandAtTheirEnd)
        {
            var over = totals.FindAll(total => total.Claim.When.Latest <= asOf);
            var larger = Replaced(over, total => total.Claim.When.Latest, method, byLarger: true);
            left.RemoveAll(total => larger.Contains(total.Claim));
        }

        return left;
    }

    private static List<Reading> Left(List<Reading> totals, Func<Reading, DateOnly> dayOf, Method method)
    {
        var replaced = Replaced(totals, dayOf, method, byLarger: false);
        var left = totals.FindAll(total => !replaced.Contains(total.Claim));
        left.Sort((one, other) => dayOf(other).CompareTo(dayOf(one)));
        return left;
    }

    /// <summary>The totals that a later one of them replaces. One pass from the latest back, with the largest best of the later ones at
    /// hand, by whether they are credible and whether they point.</summary>
    private static HashSet<Claim> Replaced(List<Reading> totals, Func<Reading, DateOnly> dayOf, Method method, bool byLarger)
    {
        var replaced = new HashSet<Claim>(ReferenceEqualityComparer.Instance);
        if (totals.Count < 2)
        {
            return replaced;
        }

        var later = new LargestBest(method);
        var latestFirst = totals.OrderByDescending(dayOf).ToArray();
        var added = 0;
        foreach (var total in latestFirst)
        {
            for (; dayOf(latestFirst[added]) > dayOf(total); added++)
            {
                later.Add(latestFirst[added]);
            }

            var largest = later.Among(total);
            if (byLarger ? largest > total.Stated.Best : largest >= total.Stated.Best)
            {
                replaced.Add(total.Claim);
            }
        }

        return replaced;
    }

    /// <summary>The largest best of the totals added so far, by those whom they may replace.</summary>
    private sealed class LargestBest(Method method)
    {
        private readonly long[] _largest = [-1, -1, -1, -1];

        public void Add(Reading total)
        {
            // It may replace doubtful totals too if it is credible, and those that only bound if it points.
            foreach (var credible in total.Claim.Credible ? (bool[])[true, false] : [false])
            {
                foreach (var points in total.Points || !method.TotalsStandAtTheirEnd ? (bool[])[true, false] : [false])
                {
                    _largest[Index(credible, points)] = Math.Max(_largest[Index(credible, points)], total.Stated.Best);
                }
            }
        }

        public long Among(Reading total) => _largest[Index(total.Claim.Credible, total.Points)];

        private static int Index(bool credible, bool points) => (credible ? 2 : 0) + (points ? 1 : 0);
    }
}
