using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>Units were destroyed, crashed, captured, retired or passed on. Either one incident (with its <see cref="Report.Lot"/>)
/// or the total so far: exactly one of the two is required, so that incidents and totals are never added up.</summary>
public sealed record Loss() : Report(ReportKind.Loss)
{
    /// <summary>How they were lost: a name of <see cref="LossCause"/>. Events of before that list may have words of their own, which are
    /// read as other.</summary>
    public string? Cause { get; init; }

    /// <summary>Code of the receiver, where they were passed on.</summary>
    public string? To { get; init; }

    /// <summary>True: the quantity is the total of all losses so far.</summary>
    public bool? Total { get; init; }
}
