using FluentValidation;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>A report that acts on another one, and takes recipient, supplier and platform from it.</summary>
public abstract record Withdrawal(ReportKind Kind) : Report(Kind)
{
    /// <summary>The report it acts on: an id in the same feed, else an event id.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("report")]
    public string? Target { get; init; }

    /// <summary>The event id that <see cref="Target"/> named.</summary>
    [SetByServer]
    public Guid? TargetEvent { get; init; }
}

/// <summary>A report must no longer count.</summary>
public sealed record Retraction() : Withdrawal(ReportKind.Retraction)
{
    public string? Reason { get; init; }
}

/// <summary>A source's new edition no longer lists what an earlier one did. The report is set aside from this one's reported day on:
/// the publisher no longer states it, which is not to say that it was wrong.</summary>
public sealed record Delisting() : Withdrawal(ReportKind.Delisting)
{
    /// <summary>The edition that no longer lists it.</summary>
    public string? Edition { get; init; }
}

public abstract class WithdrawalRules<T> : ReportRules<T> where T : Withdrawal
{
    protected WithdrawalRules()
    {
        RuleFor(x => x.Target).Required().OverridePropertyName("report").Text(Hosting.Limits.IdCharacters);
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

public sealed class RetractionRules : WithdrawalRules<Retraction>
{
    public RetractionRules() => RuleFor(x => x.Reason).Text(Hosting.Limits.NoteCharacters);
}

public sealed class DelistingRules : WithdrawalRules<Delisting>
{
    public DelistingRules() => RuleFor(x => x.Edition).Required().Text(Hosting.Limits.NameCharacters);
}
