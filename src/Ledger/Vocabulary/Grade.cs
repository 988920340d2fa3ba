using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Ledger.Vocabulary;

/// <summary>A judgement in the NATO Admiralty code: the reliability of a source, A–F, and the credibility of what it says, 1–6.
/// They are two judgements, not one scale; F and 6 mean "cannot be judged", not "worst".
/// The default is <c>F6</c>, also of <c>default(Grade)</c>, so that an ungraded report is never taken for a good one.</summary>
public readonly record struct Grade
{
    // Best first: "cannot be judged" ranks before the poor judgements.
    private const string CredibilityOrder = "123645";
    private const string ReliabilityOrder = "ABCFDE";

    // Stored as distances from F and 6, so that the zeroed struct is F6 and equality needs no special case.
    private readonly int _reliabilityFromF;
    private readonly int _credibilityFrom6;

    /// <summary>A grade of its two characters.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not A–F, or not 1–6.</exception>
    [JsonConstructor]
    public Grade(char reliability, char credibility)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reliability, 'A');
        ArgumentOutOfRangeException.ThrowIfGreaterThan(reliability, 'F');
        ArgumentOutOfRangeException.ThrowIfLessThan(credibility, '1');
        ArgumentOutOfRangeException.ThrowIfGreaterThan(credibility, '6');
        _reliabilityFromF = reliability - 'F';
        _credibilityFrom6 = credibility - '6';
    }

    /// <summary>F6: neither source nor statement can be judged; the grade of a report that gives none.</summary>
    public static Grade Unjudged => default;

    /// <summary>Of the source: A (completely reliable) to E (unreliable), F (cannot be judged).</summary>
    public char Reliability => (char)('F' + _reliabilityFromF);

    /// <summary>Of the statement: 1 (confirmed) to 5 (improbable), 6 (cannot be judged).</summary>
    public char Credibility => (char)('6' + _credibilityFrom6);

    /// <summary>Reliability A–C and credibility 1–3: what low rests on (METHOD.md §1).</summary>
    [JsonIgnore]
    public bool Credible => Reliability <= 'C' && Credibility <= '3';

    /// <summary>Credibility 1, 2, 3 or 6: what best may be read from (METHOD.md §1).</summary>
    [JsonIgnore]
    public bool Usable => Credibility is not ('4' or '5');

    /// <summary>Credibility other than 5: what high must allow for (METHOD.md §1).</summary>
    [JsonIgnore]
    public bool Possible => Credibility != '5';

    /// <summary>The order of two grades by rank, better first: credibility in the order 1, 2, 3, 6, 4, 5, then reliability in the order
    /// A, B, C, F, D, E (METHOD.md §1). Negative where <paramref name="left"/> is better, 0 where they are equal.</summary>
    public static int CompareRank(Grade left, Grade right)
    {
        var byCredibility = Place(CredibilityOrder, left.Credibility) - Place(CredibilityOrder, right.Credibility);
        return byCredibility != 0 ? byCredibility : Place(ReliabilityOrder, left.Reliability) - Place(ReliabilityOrder, right.Reliability);
    }

    /// <summary>Reads <c>B2</c>: exactly two characters, the letter a capital. Anything else is no grade.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Grade grade)
    {
        grade = default;
        if (text is not [>= 'A' and <= 'F', >= '1' and <= '6'])
        {
            return false;
        }

        grade = new Grade(text[0], text[1]);
        return true;
    }

    /// <summary>The two characters, <c>B2</c>.</summary>
    public override string ToString() => $"{Reliability}{Credibility}";

    private static int Place(string order, char letter) => order.IndexOf(letter, StringComparison.Ordinal);
}
