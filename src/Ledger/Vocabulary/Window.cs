namespace Ledger.Vocabulary;

/// <summary>The days within which something happened: not before <paramref name="Earliest"/>, not after <paramref name="Latest"/>;
/// <paramref name="Middle"/> stands for it where a single day is needed. Earliest ≤ Middle ≤ Latest (DOMAIN.md, Imprecise dates).</summary>
public readonly record struct Window(DateOnly Earliest, DateOnly Middle, DateOnly Latest)
{
    /// <summary>Whether it only says by when (<c>../2021-12-18</c>); a plain single day does not, nor does the year 0001.</summary>
    public bool HasOpenStart => Earliest == DateOnly.MinValue && Middle == Latest && Latest != Earliest;

    /// <summary>A single day.</summary>
    public static Window Of(DateOnly day) => new(day, day, day);
}
