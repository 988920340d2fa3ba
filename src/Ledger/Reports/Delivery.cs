using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>Units arrived.</summary>
public sealed record Delivery() : Report(ReportKind.Delivery)
{
    /// <summary>new, secondHand or modernised.</summary>
    public string? Condition { get; init; }
}

public sealed class DeliveryRules : ReportRules<Delivery>
{
    public DeliveryRules() => RuleFor(x => x.Condition).OneOf(Words.Conditions);
}
