namespace Ledger.Problems;

/// <summary>A setting or command of the operator cannot be carried out; nothing was started and nothing was changed. The message is one
/// line for the operator: what is wrong and what to do. It is printed without a stack trace, and the exit code is 1.</summary>
public sealed class OperatorException(string message) : Exception(message);
