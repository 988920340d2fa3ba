using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The reports of one recipient and platform, ordered by position.</summary>
/// <param name="Platform">The platform that the reports belong to, under whichever alias they were posted.</param>
public sealed record HoldingEvidence(string Recipient, Platform Platform, IReadOnlyList<EvidenceRecord> Reports)
{
    /// <summary>Position of the last event that affects the holding: its last report, or the last change of its platform.</summary>
    public long LastEvent => Math.Max(Reports.Count > 0 ? Reports[^1].Position : 0, Platform.ChangedAt);

    /// <summary>Whether any of its reports is visible by the clocks' reportedBy. If none is, responses leave the holding out.</summary>
    public bool IsReported(Clocks clocks) => Reports.Any(x => IsVisible(x, clocks));

    /// <summary>Whether any of its visible reports names this supplier.</summary>
    public bool IsSuppliedBy(string supplier, Clocks clocks) => Reports.Any(x => x.Supplier == supplier && IsVisible(x, clocks));

    // A retraction without a published day has the reported day of its target, so it makes no holding visible that is not.
    private static bool IsVisible(EvidenceRecord report, Clocks clocks) => clocks.ReportedBy is not { } day
        || (report is not { Kind: ReportKind.Retraction, Published: null }
            && (report.Published ?? DateOnly.FromDateTime(report.RecordedAt.UtcDateTime)) <= day);

    /// <summary>Estimates the holding.</summary>
    public HoldingEstimate Estimate(Clocks clocks) =>
        Estimator.Estimate(Reports, clocks, Platform.Items);

    /// <summary>The deals of that estimate.</summary>
    public IReadOnlyList<DealEstimate> Deals(Clocks clocks) => Estimator.DealsOf(Reports, clocks, Platform.Items);

    /// <summary>Of each order of which both days are known, how many days passed to its first delivery.</summary>
    public IReadOnlyList<int> DaysFromOrder(Clocks clocks) => Estimator.DaysFromOrder(Reports, clocks, Platform.Items);

    /// <summary>Estimates the holding on many days; the clocks' asOf is not used.</summary>
    public IReadOnlyList<HoldingEstimate> Estimates(Clocks clocks, IReadOnlyList<DateOnly> days) =>
        Estimator.Estimates(Reports, days, clocks, Platform.Items);

    /// <summary>What makes the estimate what it is; null where too many reports count to find out.</summary>
    public EstimateTrace? Trace(Clocks clocks) =>
        Estimator.TraceOf(Reports, clocks, Platform.Items);

    /// <summary>The days of a range on which the estimate turns; the clocks' asOf is not used.</summary>
    public Turns Turns(Clocks clocks, DateOnly from, DateOnly to) => Estimator.Turns(Reports, from, to, clocks, Platform.Items);

    /// <summary>The effect of each visible report on the estimate, in order of position.</summary>
    public IReadOnlyList<ReportEffect> Effects(Clocks clocks) =>
        Estimator.EffectsOf(Reports, clocks);
}
