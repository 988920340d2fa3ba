using Ledger.Facts;
using Ledger.Questions;

namespace Ledger.Estimation;

/// <summary>All the evidence of one recipient and platform, ordered by position.</summary>
/// <param name="Platform">The platform that the reports belong to, whatever name they were posted under.</param>
public sealed record HoldingEvidence(string Recipient, Platform Platform, IReadOnlyList<EvidenceRecord> Reports)
{
    /// <summary>Position of the last event that affects the holding: its last report, or the last word of the catalogue about it.</summary>
    public long LastEvent => Math.Max(Reports.Count > 0 ? Reports[^1].Position : 0, Platform.ChangedAt);

    /// <summary>True where a source had said something of it by the basis's reportedBy: before that, nobody spoke of such a holding.</summary>
    public bool IsSpokenOf(Basis basis) => Reports.Any(x => IsVisible(x, basis));

    /// <summary>True where one of its visible reports is of this supplier.</summary>
    public bool IsSuppliedBy(string supplier, Basis basis) => Reports.Any(x => x.Supplier == supplier && IsVisible(x, basis));

    private static bool IsVisible(EvidenceRecord report, Basis basis) => basis.ReportedBy is not { } day
        || (report.Published ?? DateOnly.FromDateTime(report.RecordedAt.UtcDateTime)) <= day;

    public HoldingEstimate Estimate(Basis basis) => Estimator.Estimate(Reports, basis.AsOf, basis.Position, basis.ReportedBy, Platform.Items);

    /// <summary>The holding on many days.</summary>
    public IReadOnlyList<HoldingEstimate> Estimates(Basis basis, IReadOnlyList<DateOnly> days) =>
        Estimator.Estimates(Reports, days, basis.Position, basis.ReportedBy, Platform.Items);
}
