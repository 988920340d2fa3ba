namespace Ledger.Estimation;

/// <summary>The three clocks of a question, resolved (DOMAIN.md, Three clocks), and the method of the estimate.</summary>
/// <param name="AsOf">Facts up to this day.</param>
/// <param name="KnownAt">Only events up to this position of the ledger.</param>
/// <param name="ReportedBy">Only reports whose reported day is not after this day; null: no limit.</param>
/// <param name="Method">The method of estimation.</param>
public readonly record struct Clocks(DateOnly AsOf, long KnownAt, DateOnly? ReportedBy, Method Method);
