using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>Finds the reports that may tell the same as another one, and are counted beside it: what a poster should look at. No estimate
/// depends on it.</summary>
public static class Retellings
{
    /// <summary>The other reports of the same kind (of milestones: of the same milestone) and number, in items, whose windows overlap, the
    /// newest reported first. Left out are those that other reports set aside, the told one too, and those that repeat its statement, of
    /// which only one counts anyway (METHOD.md §1, sameOrigin).</summary>
    /// <param name="told">The report that is told. A retraction or delisting states nothing that could be told twice.</param>
    /// <param name="reports">Reports of its holding, itself among them, and those that set another aside; later ones are not seen.</param>
    /// <param name="items">The platform's factor.</param>
    public static IReadOnlyList<(EvidenceRecord Report, SaidWhen Said)> Of(
        Guid told, IReadOnlyList<EvidenceRecord> reports, ItemsPerSystem items)
    {
        if (reports.FirstOrDefault(report => report.EventId == told) is not { } one)
        {
            return [];
        }

        var visible = ReportSelection.Of(reports, new Clocks(DateOnly.MaxValue, one.Position, null, Method.Default), items);
        var claim = visible.Find(x => x.Report == one)!;
        if (!claim.IsOfUnits)
        {
            return [];
        }

        return
        [
            .. from other in visible
               where other != claim && other.IsOfUnits && other.Report.Kind == one.Kind && other.Report.Milestone == one.Milestone
                   && other.Exclusion is not (ExclusionReason.Retracted or ExclusionReason.Superseded or ExclusionReason.Delisted)
                   && other.When.Earliest <= claim.When.Latest && claim.When.Earliest <= other.When.Latest
                   && AreOneNumber(one.Quantity, other.Report.Quantity, items) && !ReportSelection.AreOneStatement(one, other.Report)
               orderby other.Reported descending, other.Report.Position descending
               select (other.Report, SaidWhen.Of(other)),
        ];
    }

    /// <summary>Whether two quantities may be one number retold: "about six" is often told again as six. As stated: the band of about
    /// depends on when each was reported, and a retelling comes later.</summary>
    private static bool AreOneNumber(Quantity one, Quantity other, ItemsPerSystem items)
    {
        var (read, again) = (one.Read(items), other.Read(items));
        return read == again || (read.Best == again.Best && (one.N ?? one.Best) is not null && (other.N ?? other.Best) is not null);
    }
}
