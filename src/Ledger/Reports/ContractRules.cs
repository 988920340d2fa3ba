using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>The rules of <see cref="Contract"/> alone; those of every report are in <see cref="ReportRules{T}"/>.</summary>
public sealed class ContractRules : ReportRules<Contract>
{
    public ContractRules()
    {
        RuleFor(x => x.Due).EdtfDate();
        RuleFor(x => x.Condition).OneOf(WordNames.Conditions);
        When(x => x.Value is not null, () =>
        {
            RuleFor(x => x.Value!.Amount).Required().Amount();
            RuleFor(x => x.Value!.Currency).Required().Currency();
        });
    }
}
