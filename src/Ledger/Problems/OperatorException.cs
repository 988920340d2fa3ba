namespace Ledger.Problems;

/// <summary>What an operator asked for cannot be done as it was asked: thrown where nothing starts, or nothing was changed. The message is
/// for that person, in a line: what is wrong and what to do. It is printed as it is, without a stack trace, and the exit code is 1.</summary>
public sealed class OperatorException(string message) : Exception(message);
