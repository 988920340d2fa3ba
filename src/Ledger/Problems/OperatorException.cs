namespace Ledger.Problems;

/// <summary>The service must not start like this; the message says why and what to do.</summary>
public sealed class StartRefusedException(string message) : Exception(message);
