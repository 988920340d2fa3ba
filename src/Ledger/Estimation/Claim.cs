using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>One report that is visible to a question, with its interval and window worked out (METHOD.md §2).</summary>
internal sealed class Claim
{
    public Claim(EvidenceRecord report, DateOnly reported, ItemsPerSystem items, Method method)
    {
        Report = report;
        Reported = reported;
        When = report.Occurred ?? Window.Of(reported);
        Stated = report.Quantity.Read(items, BandOf(method));
        Points = report.Quantity.Points(items);
    }

    public EvidenceRecord Report { get; }

    /// <summary>The reported day (METHOD.md §1): when its source published it, else when it was recorded.</summary>
    public DateOnly Reported { get; }

    /// <summary>The window of its date; without one, the reported day.</summary>
    public Window When { get; }

    /// <summary>What its quantity states, in items.</summary>
    public Interval Stated { get; }

    /// <summary>Whether its quantity points at a number, rather than only bounding it.</summary>
    public bool Points { get; }

    public bool Credible => Report.Grade.Credible;

    /// <summary>Set by <see cref="ReportSelection"/>, before any other code reads it. Null where the report counts, and for retractions
    /// and delistings.</summary>
    public ExclusionReason? Exclusion { get; set; }

    /// <summary>Event id of the report that sets it aside; null: none does, or it is set aside for what it is itself.</summary>
    public Guid? SetAsideBy { get; set; }

    /// <summary>Whether it states units; retractions and delistings only act on other reports.</summary>
    public bool IsOfUnits => Report.Kind is not (ReportKind.Retraction or ReportKind.Delisting);

    public bool Counts => Exclusion is null && IsOfUnits;

    /// <summary>Whether it is of units operated on loan: no fleet, but shown apart (METHOD.md §6, onLoan).</summary>
    public bool IsOnLoan => Exclusion is ExclusionReason.Role && Report.Role == Role.Loan && Report.Grade.Possible;

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

    /// <summary>A running total of what came or was ordered is revised as long as it is fresh.</summary>
    private AboutBand BandOf(Method method)
    {
        var isRunningTotal = Report.Lot is null && (AddsUnits || Report.Kind == ReportKind.Contract);
        return method.FreshFiguresGrow && isRunningTotal ? AboutBands.OfAge(Reported.DayNumber - When.Latest.DayNumber) : AboutBand.Plain;
    }
}
