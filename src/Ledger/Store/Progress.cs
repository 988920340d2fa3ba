namespace Ledger.Store;

/// <summary>Progress of a long operation.</summary>
/// <param name="Step">Name of the current step.</param>
/// <param name="Done">How much of <paramref name="Of"/> is done; both in the same unit, which depends on the step.</param>
/// <param name="Of">The whole of the step.</param>
public readonly record struct Progress(string Step, long Done, long Of);
