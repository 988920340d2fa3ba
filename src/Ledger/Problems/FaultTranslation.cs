namespace Ledger.Problems;

/// <summary>Says what a fault of some library means to a client. Registered by whoever knows the library.</summary>
/// <returns>Null where the fault is none of those that it knows.</returns>
public delegate ProblemException? FaultTranslation(Exception fault);
