using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>The rules of <see cref="Delivery"/> alone; those of every report are in <see cref="ReportRules{T}"/>.</summary>
public sealed class DeliveryRules : ReportRules<Delivery>
{
    public DeliveryRules() => RuleFor(x => x.Condition).OneOf(WordNames.Conditions);
}
