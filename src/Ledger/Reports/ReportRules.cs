using FluentValidation;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>The rules of reports of every kind. All broken rules of a body are found at once.</summary>
public abstract class ReportRules<T> : AbstractValidator<T> where T : Report
{
    protected ReportRules()
    {
        RuleFor(x => x.Id).Text(Limits.IdCharacters, "id");
        RuleFor(x => x.Feed).Feed();
        RuleFor(x => x.Deal).Label();
        RuleFor(x => x.Lot).Label();
        RuleFor(x => x.Recipient).Required().When(x => x is not Withdrawal, ApplyConditionTo.CurrentValidator).CountryCode();
        RuleFor(x => x.Supplier).CountryCode();
        RuleFor(x => x.Platform).Required().When(x => x is not Withdrawal, ApplyConditionTo.CurrentValidator)
            .PlatformName();
        RuleFor(x => x.Quantity).Custom((quantity, context) => CheckQuantity(quantity, context));
        RuleFor(x => x.Occurred).EdtfDate();
        RuleFor(x => x.Source).Required();
        When(x => x.Source is not null, () =>
        {
            RuleFor(x => x.Source!.Publisher).Required().Text(Limits.NameCharacters);
            RuleFor(x => x.Source!.Speaker).Text(Limits.NameCharacters);
            RuleFor(x => x.Source!.Url).Url();
            RuleFor(x => x.Source!.Title).Text(Limits.LineCharacters);
            RuleFor(x => x.Source!.Published).PublishedDate();
            RuleFor(x => x.Source!.Language).Language();
        });
        RuleFor(x => x.Origin).Text(Limits.IdCharacters);
        RuleFor(x => x.Grade).Must(x => x is null || Vocabulary.Grade.TryParse(x, out _)).WithErrorCode("grade")
            .WithMessage("A grade is an Admiralty code of two characters: reliability A–F and credibility 1–6, such as B2; "
                + "F and 6 mean that it cannot be judged.");
        RuleFor(x => x.Role).OneOf(WordNames.Roles);
        RuleFor(x => x.Supersedes).Must(x => x is null || x.Count <= Limits.Supersedes).WithErrorCode("count")
            .WithMessage($"At most {Limits.Supersedes} reports can be superseded by one.");
        RuleForEach(x => x.Supersedes).Required().Text(Limits.IdCharacters);
        RuleFor(x => x.Reference).Text(Limits.ReferenceCharacters);
        RuleFor(x => x.Note).Text(Limits.NoteCharacters, multiline: true);
    }

    private static void CheckQuantity(StatedQuantity? stated, ValidationContext<T> context)
    {
        if (stated is null)
        {
            return;
        }

        foreach (var rule in Vocabulary.Quantity.Check(stated.Qualifier, stated.N, stated.Low, stated.Best, stated.High, stated.Unit))
        {
            context.AddFailure(
                new FluentValidation.Results.ValidationFailure($"quantity.{rule.Member}", rule.Detail) { ErrorCode = rule.Code });
        }

        if (MemberRules.WhyNotText(stated.Text, Limits.NoteCharacters, multiline: true) is { } why)
        {
            context.AddFailure(new FluentValidation.Results.ValidationFailure("quantity.text", why) { ErrorCode = "text" });
        }
    }
}
