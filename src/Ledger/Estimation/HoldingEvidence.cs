using Ledger.Facts;

namespace Ledger.Estimation;

/// <summary>All the evidence of one recipient and platform, ordered by position.</summary>
/// <param name="Platform">The platform that the reports belong to, whatever name they were posted under.</param>
public sealed record HoldingEvidence(string Recipient, Platform Platform, IReadOnlyList<EvidenceRecord> Reports)
{
    /// <summary>Position of the last event that affects the holding: its last report, or the last word of the catalogue about it.</summary>
    public long LastEvent => Math.Max(Reports.Count > 0 ? Reports[^1].Position : 0, Platform.ChangedAt);

    /// <summary>True where a source had said something of it by the clocks' reportedBy: before that, nobody spoke of such a holding.</summary>
    public bool IsSpokenOf(Clocks clocks) => Reports.Any(x => IsVisible(x, clocks));

    /// <summary>True where one of its visible reports is of this supplier.</summary>
    public bool IsSuppliedBy(string supplier, Clocks clocks) => Reports.Any(x => x.Supplier == supplier && IsVisible(x, clocks));

    private static bool IsVisible(EvidenceRecord report, Clocks clocks) => clocks.ReportedBy is not { } day
        || (report.Published ?? DateOnly.FromDateTime(report.RecordedAt.UtcDateTime)) <= day;

    public HoldingEstimate Estimate(Clocks clocks) => Estimator.Estimate(Reports, clocks.AsOf, clocks.KnownAt, clocks.ReportedBy, Platform.Items);

    /// <summary>The holding on many days.</summary>
    public IReadOnlyList<HoldingEstimate> Estimates(Clocks clocks, IReadOnlyList<DateOnly> days) =>
        Estimator.Estimates(Reports, days, clocks.KnownAt, clocks.ReportedBy, Platform.Items);

    /// <summary>What each of its visible reports does to the estimate, in order of position.</summary>
    public IReadOnlyList<ReportEffect> Effects(Clocks clocks) => Estimator.EffectsOf(Reports, clocks.AsOf, clocks.KnownAt, clocks.ReportedBy);
}
