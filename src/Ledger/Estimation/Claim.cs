using Ledger.Vocabulary;


namespace Ledger.Estimation;

/// <summary>One visible report as a question sees it (METHOD.md §2).</summary>
internal sealed class Claim(EvidenceRecord report, DateOnly reported, ItemsPerSystem items)
{
    public EvidenceRecord Report { get; } = report;

    /// <summary>The day on which its source said so.</summary>
    public DateOnly Reported { get; } = reported;

    public Window When { get; } = report.Occurred ?? Window.Of(reported);

    /// <summary>Items.</summary>
    public Interval Says { get; } = report.Quantity.Read(items);

    public bool Points { get; } = report.Quantity.Points(items);

    public bool Credible { get; } = report.Grade.Credible;

    /// <summary>Set once, while the question is heard; null: it counts, or is a retraction or delisting.</summary>
    public ExclusionReason? Exclusion { get; set; }

    /// <summary>Whether it says anything of units, rather than of another report.</summary>
    public bool IsOfUnits => Report.Kind is not (ReportKind.Retraction or ReportKind.Delisting);

    public bool Counts => Exclusion is null && IsOfUnits;

    public bool AddsUnits => Report.Kind == ReportKind.Delivery || Report.Milestone == Milestone.UnitsCompleted;

    public bool InEffectForLow(DateOnly asOf) => Credible && When.Latest <= asOf;

    public bool InEffectForBest(DateOnly asOf) => Report.Grade.Usable && When.Middle <= asOf;

    public bool InEffectForHigh(DateOnly asOf) => Report.Grade.Possible && When.Earliest <= asOf;

    /// <summary>The order by rank, better first (METHOD.md §1). Total, as positions differ.</summary>
    public static int CompareRank(Claim left, Claim right)
    {
        var byGrade = Grade.CompareRank(left.Report.Grade, right.Report.Grade);
        if (byGrade != 0) return byGrade;
        var byDay = right.Reported.CompareTo(left.Reported);
        return byDay != 0 ? byDay : right.Report.Position.CompareTo(left.Report.Position);
    }
}
