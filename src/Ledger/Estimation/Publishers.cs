namespace Ledger.Estimation;

/// <summary>How much a publisher said, what became of it, and what rests on it alone.</summary>
/// <param name="Reports">How many of its reports are visible, retractions and delistings too.</param>
/// <param name="Counting">How many of them count in an estimate.</param>
/// <param name="Superseded">How many were replaced.</param>
/// <param name="Withdrawn">How many were retracted.</param>
/// <param name="Delisted">How many were delisted.</param>
/// <param name="Contradicted">How many count, and are contradicted by a credible report.</param>
/// <param name="Alone">How many holdings rest on it alone: every report that counts in them is of this publisher.</param>
/// <param name="AloneBest">Items, best reading, of the unmanned aircraft among those holdings, as in a headline: other categories do not
/// add up with them.</param>
/// <param name="OldestReported">The oldest day on which it reported; null where it has not.</param>
/// <param name="NewestReported">The newest day on which it reported; null where it has not.</param>
public readonly record struct PublisherCounts(
    int Reports, int Counting, int Superseded, int Withdrawn, int Delisted, int Contradicted, int Alone, long AloneBest,
    DateOnly? OldestReported, DateOnly? NewestReported)
{
    /// <summary>The counts of two parts of the ledger together.</summary>
    public static PublisherCounts operator +(PublisherCounts x, PublisherCounts y) => new(
        x.Reports + y.Reports, x.Counting + y.Counting, x.Superseded + y.Superseded, x.Withdrawn + y.Withdrawn, x.Delisted + y.Delisted,
        x.Contradicted + y.Contradicted, x.Alone + y.Alone, x.AloneBest + y.AloneBest,
        !(x.OldestReported <= y.OldestReported) && y.OldestReported is not null ? y.OldestReported : x.OldestReported,
        !(x.NewestReported >= y.NewestReported) && y.NewestReported is not null ? y.NewestReported : x.NewestReported);
}

/// <summary>Derives from the evidence of holdings who said how much. Pure. A report that is set aside for several reasons is counted for
/// the first of them (METHOD.md §1).</summary>
public static class Publishers
{
    /// <summary>What each publisher said of one holding.</summary>
    public static IReadOnlyDictionary<string, PublisherCounts> Of(HoldingEvidence holding, Clocks clocks) => Of(holding, clocks, out _);

    /// <summary>What each publisher said of one holding.</summary>
    /// <param name="holding">The holding.</param>
    /// <param name="clocks">The clocks.</param>
    /// <param name="alone">The estimate of the holding, where it rests on one publisher alone; else null.</param>
    /// <param name="each">Called with publisher and reported day of every visible report.</param>
    public static IReadOnlyDictionary<string, PublisherCounts> Of(
        HoldingEvidence holding, Clocks clocks, out HoldingEstimate? alone, Action<string, DateOnly>? each = null)
    {
        var visible = ReportSelection.Of(holding.Reports, clocks, holding.Platform.Items);
        var counting = visible.FindAll(claim => claim.Counts);
        var clashing = Holding.ClashesAmong(counting, clocks.AsOf, clocks.Method).Reports();
        var said = new Dictionary<string, PublisherCounts>(StringComparer.Ordinal);
        foreach (var claim in visible)
        {
            var publisher = claim.Report.Publisher;
            said[publisher] = said.GetValueOrDefault(publisher) + new PublisherCounts(
                1, One(claim.Counts), One(claim.Exclusion == ExclusionReason.Superseded), One(claim.Exclusion == ExclusionReason.Retracted),
                One(claim.Exclusion == ExclusionReason.Delisted), One(clashing.Contains(claim)), 0, 0, claim.Reported, claim.Reported);
            each?.Invoke(publisher, claim.Reported);
        }

        alone = null;
        if (counting.Count > 0 && counting.TrueForAll(claim => claim.Report.Publisher == counting[0].Report.Publisher))
        {
            alone = holding.Estimate(clocks);
            said[counting[0].Report.Publisher] += new PublisherCounts
            {
                Alone = 1,
                AloneBest = TotalKey.Of(holding.Platform, clocks.Method).IsHeadline ? alone.Best : 0,
            };
        }

        return said;
    }

    private static int One(bool holds) => holds ? 1 : 0;
}
