namespace Ledger.Vocabulary;

/// <summary>A rule of the domain that a value breaks; validators make one entry of a problem's errors of it.</summary>
/// <param name="Member">Name of the member in camelCase, relative to the value that was checked.</param>
/// <param name="Code">A stable word for programs, camelCase.</param>
/// <param name="Detail">A sentence for people, which says what is allowed.</param>
public sealed record BrokenRule(string Member, string Code, string Detail);
