using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>Units arrived.</summary>
public sealed record Delivery() : Report(ReportKind.Delivery)
{
    /// <summary>new, secondHand or modernised.</summary>
    public string? Condition { get; init; }
}
