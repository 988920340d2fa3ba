using FluentValidation;
using Ledger.Facts;

namespace Ledger.Reports;

/// <summary>The rules of reports that act on another report and state no fact themselves.</summary>
public abstract class WithdrawalRules<T> : ReportRules<T> where T : Withdrawal
{
    protected WithdrawalRules()
    {
        RuleFor(x => x.Target).Required().OverridePropertyName("report").Text(Problems.Limits.IdCharacters);
        NotHere(x => x.Deal);
        NotHere(x => x.Lot);
        NotHere(x => x.Quantity);
        NotHere(x => x.Occurred);
        NotHere(x => x.Role);
        NotHere(x => x.Supersedes);
    }

    private void NotHere<TMember>(System.Linq.Expressions.Expression<Func<T, TMember?>> member) where TMember : class =>
        RuleFor(member).Null().WithErrorCode("notForThisKind")
            .WithMessage("A retraction or delisting states no fact of its own: this member has no meaning in it.");
}

/// <summary>The rules of <see cref="Retraction"/> alone.</summary>
public sealed class RetractionRules : WithdrawalRules<Retraction>
{
    public RetractionRules() => RuleFor(x => x.Reason).Text(Problems.Limits.NoteCharacters);
}

/// <summary>The rules of <see cref="Delisting"/> alone.</summary>
public sealed class DelistingRules : WithdrawalRules<Delisting>
{
    public DelistingRules()
    {
        RuleFor(x => x.Edition).Required().Text(Problems.Limits.NameCharacters);
        RuleFor(x => x.Successor).Text(Problems.Limits.IdCharacters);
    }
}
