using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>One report that is visible to a question, with its interval and window worked out (METHOD.md §2).</summary>
internal sealed class Claim(EvidenceRecord report, DateOnly reported, ItemsPerSystem items)
{
    public EvidenceRecord Report { get; } = report;

    /// <summary>The reported day (METHOD.md §1): when its source published it, else when it was recorded.</summary>
    public DateOnly Reported { get; } = reported;

    /// <summary>The window of its date; without one, the reported day.</summary>
    public Window When { get; } = report.Occurred ?? Window.Of(reported);

    /// <summary>What its quantity states, in items.</summary>
    public Interval Stated { get; } = report.Quantity.Read(items);

    /// <summary>Whether its quantity points at a number, rather than only bounding it.</summary>
    public bool Points { get; } = report.Quantity.Points(items);

    public bool Credible { get; } = report.Grade.Credible;

    /// <summary>Set by <see cref="ReportSelection"/>, before any other code reads it. Null where the report counts, and for retractions
    /// and delistings.</summary>
    public ExclusionReason? Exclusion { get; set; }

    /// <summary>Whether it states units; retractions and delistings only act on other reports.</summary>
    public bool IsOfUnits => Report.Kind is not (ReportKind.Retraction or ReportKind.Delisting);

    public bool Counts => Exclusion is null && IsOfUnits;

    public bool AddsUnits => Report.Kind == ReportKind.Delivery || Report.Milestone == Milestone.UnitsCompleted;

    public bool InEffectForLow(DateOnly asOf) => Credible && When.Latest <= asOf;

    public bool InEffectForBest(DateOnly asOf) => Report.Grade.Usable && When.Middle <= asOf;

    public bool InEffectForHigh(DateOnly asOf) => Report.Grade.Possible && When.Earliest <= asOf;

    /// <summary>Orders by rank, better first (METHOD.md §1). A total order, since positions differ.</summary>
    public static int CompareRank(Claim left, Claim right)
    {
        var byGrade = Grade.CompareRank(left.Report.Grade, right.Report.Grade);
        if (byGrade != 0)
        {
            return byGrade;
        }

        var byDay = right.Reported.CompareTo(left.Reported);
        return byDay != 0 ? byDay : right.Report.Position.CompareTo(left.Report.Position);
    }
}
