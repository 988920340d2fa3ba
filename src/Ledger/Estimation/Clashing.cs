using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>Which of the reports that count are contradicted by a credible one (METHOD.md §3, clash). The estimate needs to know only
/// whether there is any; who asks for the sources needs to know which.</summary>
internal static class Clashing
{
    /// <summary>The reports of deliveries, completed units and losses that clash with another. A stock count that contradicts the books is
    /// none of them: it contradicts a sum, no single report.</summary>
    /// <param name="counting">The reports of a holding that count.</param>
    /// <param name="asOf">The day.</param>
    /// <param name="method">The method.</param>
    public static HashSet<Claim> Of(List<Claim> counting, DateOnly asOf, Method method)
    {
        var clashing = new HashSet<Claim>(ReferenceEqualityComparer.Instance);
        foreach (var deal in counting.GroupBy(claim => (claim.Report.Supplier, claim.Report.Deal)))
        {
            List<Claim> reports = [.. deal];
            var completions = reports.FindAll(claim => claim is { AddsUnits: true, Report.Kind: ReportKind.Milestone });
            var milestones = reports.FindAll(claim => claim is { AddsUnits: false, Report.Kind: ReportKind.Milestone });
            Add(clashing, reports.FindAll(claim => claim.Report.Kind == ReportKind.Delivery), asOf, method);
            Add(clashing, completions, asOf, method,
                method.LinesRun ? ProductionLine.Readings(milestones, completions, asOf) : []);
        }

        Add(clashing, counting.FindAll(claim => claim.Report.Kind == ReportKind.Loss), asOf, method);
        return clashing;
    }

    /// <summary>Adds those of one count: of its running totals, and of each of its lots.</summary>
    private static void Add(
        HashSet<Claim> clashing, List<Claim> reports, DateOnly asOf, Method method, List<Reading>? further = null)
    {
        var credible = reports.FindAll(claim => claim.InEffectForLow(asOf));
        if (credible.Count + (further?.Count ?? 0) < 2)
        {
            return;
        }

        var lots = Lots.Of(reports, asOf, method);
        List<Reading> totals =
        [
            .. credible.Where(claim => claim.Report.Lot is null).Select(claim => lots.Raise(Reading.Of(claim), method)),
            .. (further ?? []).Where(line => line.Claim.InEffectForLow(asOf)).Select(line => lots.Raise(line, method)),
        ];
        clashing.UnionWith(Clash.OfTotals(Replacement.LeftForLow(totals, method), method));
        foreach (var lot in credible.Where(claim => claim.Report.Lot is not null)
            .GroupBy(claim => (claim.Report.Supplier, claim.Report.Deal, claim.Report.Lot)))
        {
            clashing.UnionWith(Clash.Within([.. lot.Select(Reading.Of)]));
        }
    }
}
