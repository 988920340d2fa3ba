using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>What goes with every estimate of the reports that count, those whose day has not come too (METHOD.md §8).</summary>
internal static class EvidenceCounts
{
    public static int Origins(List<Claim> counting)
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

    public static int Publishers(List<Claim> counting)
    {
        var publishers = new HashSet<string>();
        foreach (var claim in counting)
        {
            publishers.Add(claim.Report.Publisher);
        }

        return publishers.Count;
    }

    public static Grade? BestGrade(List<Claim> counting)
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

    public static DateOnly? NewestReported(List<Claim> counting)
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

    public static DateOnly? OldestDelivery(List<Claim> counting)
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
