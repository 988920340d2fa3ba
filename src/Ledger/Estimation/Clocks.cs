namespace Ledger.Estimation;

/// <summary>The three clocks of a question, resolved: what had happened, what the ledger held, what sources had said.</summary>
/// <param name="AsOf">Facts up to this day.</param>
/// <param name="KnownAt">Only what the ledger held up to this position.</param>
/// <param name="ReportedBy">Only what sources had said by this day; null: no limit.</param>
public readonly record struct Clocks(DateOnly AsOf, long KnownAt, DateOnly? ReportedBy);
