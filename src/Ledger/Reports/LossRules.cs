using FluentValidation;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>The rules of <see cref="Loss"/> alone; those of every report are in <see cref="ReportRules{T}"/>.</summary>
public sealed class LossRules : ReportRules<Loss>
{
    public LossRules()
    {
        RuleFor(x => x.Cause).OneOf(WordNames.Causes);
        RuleFor(x => x.To).CountryCode();
        RuleFor(x => x).Must(x => x.Lot is not null ^ x.Total == true).OverridePropertyName("total")
            .WithErrorCode("lotOrTotal")
            .WithMessage("A loss is either one incident (give its lot) or the total of all so far (total: true); "
                + "exactly one of the two is required.");
    }
}
