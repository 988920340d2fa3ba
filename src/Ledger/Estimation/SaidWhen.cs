using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The two days of a report, as the estimator reads them (METHOD.md §1, §2).</summary>
/// <param name="Window">The window of its date; without one, the reported day.</param>
/// <param name="Reported">The reported day.</param>
public readonly record struct SaidWhen(Window Window, DateOnly Reported)
{
    /// <summary>The days of a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="target">The report that it names, where it is a retraction without a published day, which takes the day of that one;
    /// null: it does not depend on another.</param>
    public static SaidWhen Of(EvidenceRecord report, EvidenceRecord? target = null) => Of(
        ReportSelection.Of(target is null ? [report] : [target, report], new Clocks(DateOnly.MaxValue, long.MaxValue, null, Method.Default),
            ItemsPerSystem.Unknown).Find(claim => claim.Report == report)!);

    internal static SaidWhen Of(Claim claim) => new(claim.When, claim.Reported);
}
