using FluentValidation;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>The rules of <see cref="ProductionMilestone"/> alone; those of every report are in <see cref="ReportRules{T}"/>.</summary>
public sealed class ProductionMilestoneRules : ReportRules<ProductionMilestone>
{
    public ProductionMilestoneRules()
    {
        RuleFor(x => x.Milestone).Required().OneOf(WordNames.Milestones);
        RuleFor(x => x.Site).Text(Problems.Limits.NameCharacters);
        RuleFor(x => x.Rate).Must((milestone, rate) => rate is not null || milestone.Milestone != "rateDeclared").WithErrorCode("required")
            .WithMessage("The rate that was declared, such as {\"n\":30,\"per\":\"year\"}: without it the milestone says nothing.");
        When(x => x.Rate is not null, () =>
        {
            RuleFor(x => x.Rate!.N).Required().Count();
            RuleFor(x => x.Rate!.Per).Required().OneOf(WordNames.RatePeriods);
        });
    }
}
