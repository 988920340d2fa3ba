using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>What the milestones of a production line say of completed units, besides the counts of them.</summary>
internal static class ProductionLine
{
    private const int DaysOfYear = 365;

    /// <summary>Lines that run, as further running totals of completed units (METHOD.md §4): none points at a number.</summary>
    /// <param name="milestones">The milestones of a deal but its completions.</param>
    /// <param name="completions">Its reports of completed units.</param>
    /// <param name="asOf">The day.</param>
    public static List<Reading> Readings(List<Claim> milestones, List<Claim> completions, DateOnly asOf)
    {
        List<Reading> readings = [];
        foreach (var milestone in milestones)
        {
            if (milestone.Report.Milestone == Milestone.FirstUnit)
            {
                // Whatever quantity it gives.
                readings.Add(Reading.Of(milestone, new Interval(1, 1, null), points: false));
            }
            else if (milestone.Report.Milestone == Milestone.ProductionStarted
                && !completions.Exists(count => Ends(milestone, count, asOf)))
            {
                readings.Add(Reading.Of(milestone, new Interval(0, 0, MostMade(milestone, milestones, asOf)), points: false));
            }
        }

        return readings;
    }

    /// <summary>The reports of lines that run whose output nobody has counted since.</summary>
    /// <param name="milestones">The milestones of a deal but its completions.</param>
    /// <param name="completions">Its reports of completed units.</param>
    /// <param name="asOf">The day.</param>
    public static List<Claim> Uncounted(List<Claim> milestones, List<Claim> completions, DateOnly asOf) =>
        milestones.FindAll(milestone => milestone.Report.Milestone is Milestone.FirstUnit or Milestone.ProductionStarted
            && milestone.InEffectForHigh(asOf) && !completions.Exists(count => Ends(milestone, count, asOf)));

    /// <summary>Units that would have been made by a day at the declared rates. A rate lasts from its middle day to that of the next rate
    /// or halt, but by method 2 makes nothing before production started; a year has 365 days; the sum is rounded down. Of several rates
    /// of one day only the top-ranked has any effect. Signals read it; no estimate depends on it.</summary>
    public static long Declared(List<Claim> reports, DateOnly asOf, Method method)
    {
        if ((method.RatesCountFromStart ? Started(reports, asOf) : DateOnly.MinValue) is not { } started)
        {
            return 0;
        }

        var rates = reports.FindAll(rate => rate.InEffectForBest(asOf)
            && (rate.Report.RateAYear is not null || rate.Report.Milestone == Milestone.Halted));
        rates.Sort((one, other) => one.When.Middle.CompareTo(other.When.Middle) is not 0 and var order
            ? order
            : Claim.CompareRank(other, one));
        var unitDays = 0L;
        for (var i = 0; i < rates.Count; i++)
        {
            var until = i + 1 < rates.Count ? rates[i + 1].When.Middle : asOf;
            if (rates[i].Report.Milestone != Milestone.Halted)
            {
                var since = rates[i].When.Middle > started ? rates[i].When.Middle : started;
                unitDays += rates[i].Report.RateAYear!.Value * Math.Max(0, until.DayNumber - since.DayNumber);
            }
        }

        return unitDays / DaysOfYear;
    }

    /// <summary>The earliest middle day on which a report says that production runs or units were made; null: none says so. A rate is often
    /// announced years before.</summary>
    private static DateOnly? Started(List<Claim> reports, DateOnly asOf)
    {
        DateOnly? started = null;
        foreach (var report in reports)
        {
            if (report.Report.Milestone is Milestone.ProductionStarted or Milestone.FirstUnit or Milestone.UnitsCompleted
                && report.InEffectForBest(asOf) && !(started <= report.When.Middle))
            {
                started = report.When.Middle;
            }
        }

        return started;
    }

    /// <summary>Whether a count of completed units makes a start say nothing any more.</summary>
    private static bool Ends(Claim start, Claim count, DateOnly asOf) => count.Stated.Hi is not null && count.InEffectForHigh(asOf)
        && (count.Credible || !start.Credible) && count.When.Latest >= start.When.Middle;

    /// <summary>What a line can have made since it started, at the largest rate that was declared; null: nobody declared one.</summary>
    private static long? MostMade(Claim start, List<Claim> milestones, DateOnly asOf)
    {
        long? largest = null;
        foreach (var rate in milestones)
        {
            if (rate.Report is { Milestone: Milestone.RateDeclared, RateAYear: { } aYear } && rate.InEffectForHigh(asOf)
                && (rate.Credible || !start.Credible) && !(largest >= aYear))
            {
                largest = aYear;
            }
        }

        var days = Math.Max(0, asOf.DayNumber - start.When.Earliest.DayNumber + 1);
        return largest is { } most ? ((most * days) + DaysOfYear - 1) / DaysOfYear : null;
    }
}
