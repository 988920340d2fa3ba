using Ledger.Vocabulary;


namespace Ledger.Facts;

/// <summary>An order was signed, changed or cancelled.</summary>
public sealed record Contract() : Report(ReportKind.Contract)
{
    /// <summary>When the units are due, an EDTF date. What is due may have come unseen.</summary>
    public string? Due { get; init; }

    public Money? Value { get; init; }

    /// <summary>The units are made under licence: kits delivered and units completed are then one number, not two.</summary>
    public bool? LicensedProduction { get; init; }

    /// <summary>new, secondHand or modernised.</summary>
    public string? Condition { get; init; }

    /// <summary>The order was cancelled.</summary>
    public bool? Cancelled { get; init; }
}

/// <summary>An amount of money: a decimal string, so that no binary fraction is ever stored, and an ISO 4217 code.</summary>
public sealed record Money
{
    public string? Amount { get; init; }
    public string? Currency { get; init; }
}
