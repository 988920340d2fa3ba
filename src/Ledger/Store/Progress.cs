namespace Ledger.Store;

/// <summary>How far a long run has come.</summary>
/// <param name="Step">What it does at the moment.</param>
/// <param name="Done">Of <paramref name="Of"/>; both of any unit.</param>
public readonly record struct Progress(string Step, long Done, long Of);
