namespace Ledger.Vocabulary;

/// <summary>The days within which something happened: never before <paramref name="Earliest"/>, never after <paramref name="Latest"/>,
/// taken for <paramref name="Middle"/> where one day is needed. Earliest ≤ Middle ≤ Latest.</summary>
public readonly record struct Window(DateOnly Earliest, DateOnly Middle, DateOnly Latest)
{
    /// <summary>A single day.</summary>
    public static Window Of(DateOnly day) => new(day, day, day);
}
