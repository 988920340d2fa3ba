namespace Ledger.Problems;

/// <summary>Translates an exception of a library to a problem. Registered by the room that uses the library.</summary>
/// <returns>Null where it does not know the exception.</returns>
public delegate ProblemException? FaultTranslation(Exception fault);
