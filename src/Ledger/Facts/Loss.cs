using Ledger.Vocabulary;

namespace Ledger.Facts;

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
