namespace Ledger.Estimation;

/// <summary>Which of many reports decide a figure: some that alone give the same one. A figure can rest on several such sets; this one is
/// found by leaving out every report without which the figure stays, those of the worst rank first.</summary>
internal static class Decisive
{
    /// <summary>The reports that decide a figure; none where the figure is the same without any report.</summary>
    /// <param name="reports">All reports, in an order that means nothing.</param>
    /// <param name="effort">How many figures may still be worked out.</param>
    /// <param name="figure">The figure of some of them.</param>
    /// <returns>Null where it would take more.</returns>
    public static List<Claim>? Among<T>(List<Claim> reports, Effort effort, Func<List<Claim>, T> figure)
    {
        var worstFirst = new List<Claim>(reports);
        worstFirst.Sort((one, other) => Claim.CompareRank(other, one));
        var isKept = new bool[worstFirst.Count];
        Array.Fill(isKept, true);
        var expected = figure(reports);
        LeaveOut(0, worstFirst.Count);
        return effort.IsSpent ? null : Kept();

        List<Claim> Kept() => [.. worstFirst.Where((_, i) => isKept[i])];

        // Half of them at a time, so that of many reports of which few decide few sets are tried.
        void LeaveOut(int from, int to)
        {
            if (from == to || !effort.Spend())
            {
                return;
            }

            Array.Fill(isKept, false, from, to - from);
            if (EqualityComparer<T>.Default.Equals(figure(Kept()), expected))
            {
                return;
            }

            Array.Fill(isKept, true, from, to - from);
            if (to - from > 1)
            {
                var middle = (from + to) / 2;
                LeaveOut(from, middle);
                LeaveOut(middle, to);
            }
        }
    }
}

/// <summary>How many figures may be worked out for one question.</summary>
/// <param name="most">So many.</param>
internal sealed class Effort(int most)
{
    private int _left = most;

    /// <summary>Whether more were asked for.</summary>
    public bool IsSpent => _left < 0;

    /// <summary>Takes one; false: there is none left.</summary>
    public bool Spend() => --_left >= 0;
}
