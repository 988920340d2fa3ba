using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>What goes with every estimate of the reports that count, those whose day has not come too (METHOD.md §8).</summary>
/// <param name="Origins">Origins of the reports; one that names none is its own.</param>
/// <param name="Publishers">Publishers.</param>
/// <param name="BestGrade">The best grade.</param>
/// <param name="NewestReported">The newest day of publication.</param>
/// <param name="OldestDelivery">The first day on which units may have come.</param>
internal sealed record EvidenceCounts(
    int Origins, int Publishers, Grade? BestGrade, DateOnly? NewestReported, DateOnly? OldestDelivery)
{
    public static EvidenceCounts Of(List<Claim> counting) => new(OriginsOf(counting), PublishersOf(counting), BestGradeOf(counting),
        NewestReportedOf(counting), OldestDeliveryOf(counting));

    private static int OriginsOf(List<Claim> counting)
    {
        var shared = new HashSet<string>();
        var own = 0;
        foreach (var claim in counting)
        {
            if (claim.Report.Origin is { } origin)
            {
                shared.Add(origin);
            }
            else
            {
                own++;
            }
        }

        return shared.Count + own;
    }

    private static int PublishersOf(List<Claim> counting)
    {
        var publishers = new HashSet<string>();
        foreach (var claim in counting)
        {
            publishers.Add(claim.Report.Publisher);
        }

        return publishers.Count;
    }

    private static Grade? BestGradeOf(List<Claim> counting)
    {
        Grade? best = null;
        foreach (var claim in counting)
        {
            if (best is not { } other || Grade.CompareRank(claim.Report.Grade, other) < 0)
            {
                best = claim.Report.Grade;
            }
        }

        return best;
    }

    private static DateOnly? NewestReportedOf(List<Claim> counting)
    {
        DateOnly? newest = null;
        foreach (var claim in counting)
        {
            if (!(newest >= claim.Reported))
            {
                newest = claim.Reported;
            }
        }

        return newest;
    }

    private static DateOnly? OldestDeliveryOf(List<Claim> counting)
    {
        DateOnly? oldest = null;
        foreach (var claim in counting)
        {
            if (claim.AddsUnits && !(oldest <= claim.When.Earliest))
            {
                oldest = claim.When.Earliest;
            }
        }

        return oldest;
    }
}
