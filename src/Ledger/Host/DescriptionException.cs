namespace Ledger.Host;

/// <summary>The files of the API's description do not fit together, or name what the code does not have: a bug of ours.</summary>
public sealed class DescriptionException(string message, Exception? inner = null) : Exception(message, inner);
