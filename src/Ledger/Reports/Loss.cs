using FluentValidation;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>Units were destroyed, crashed, captured, retired or passed on. Either one incident (its <see cref="Report.Lot"/>) or the
/// total so far: one of the two must be said, so that incidents and totals are never added up.</summary>
public sealed record Loss() : Report(ReportKind.Loss)
{
    /// <summary>How they were lost, in the source's words.</summary>
    public string? Cause { get; init; }

    /// <summary>Who received them, where they were passed on.</summary>
    public string? To { get; init; }

    /// <summary>The quantity is of all losses so far.</summary>
    public bool? Total { get; init; }
}

public sealed class LossRules : ReportRules<Loss>
{
    public LossRules()
    {
        RuleFor(x => x.Cause).Text(Hosting.Limits.NameCharacters);
        RuleFor(x => x.To).CountryCode();
        RuleFor(x => x).Must(x => x.Lot is not null ^ x.Total == true).OverridePropertyName("total")
            .WithErrorCode("lotOrTotal")
            .WithMessage("A loss is either one incident (give its lot) or the total of all so far (total: true); exactly one of the two is required.");
    }
}
