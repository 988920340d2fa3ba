using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>An order was signed, changed or cancelled.</summary>
public sealed record Contract() : Report(ReportKind.Contract)
{
    /// <summary>When the units are due, an EDTF date. From its earliest day on they may have come unreported (METHOD.md §4).</summary>
    public string? Due { get; init; }

    /// <summary>The price of the order.</summary>
    public Money? Value { get; init; }

    /// <summary>The units are made under licence: kits delivered and units completed are then the same units.</summary>
    public bool? LicensedProduction { get; init; }

    /// <summary>new, secondHand or modernised.</summary>
    public string? Condition { get; init; }

    /// <summary>The order was cancelled.</summary>
    public bool? Cancelled { get; init; }
}

/// <summary>An amount of money: a decimal string, so that no binary fraction is ever stored, and an ISO 4217 code.</summary>
public sealed record Money
{
    /// <summary>Decimal string, up to 18 digits before the point and 6 after it.</summary>
    public string? Amount { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public string? Currency { get; init; }
}
