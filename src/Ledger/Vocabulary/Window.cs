namespace Ledger.Vocabulary;

/// <summary>The days within which something happened: not before <paramref name="Earliest"/>, not after <paramref name="Latest"/>;
/// <paramref name="Middle"/> stands for it where a single day is needed. Earliest ≤ Middle ≤ Latest (DOMAIN.md, Imprecise dates).</summary>
public readonly record struct Window(DateOnly Earliest, DateOnly Middle, DateOnly Latest)
{
    /// <summary>A single day.</summary>
    public static Window Of(DateOnly day) => new(day, day, day);
}
