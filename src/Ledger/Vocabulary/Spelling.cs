using System.Globalization;
using System.Text;

namespace Ledger.Vocabulary;

/// <summary>What is the same in the spellings of one name, in capitals or not, with compatible characters, with marks of trade: the rule of
/// slugs and of search (DOMAIN.md, Fields of every report).</summary>
public static class Spelling
{
    private const int CombiningDotAbove = 0x0307;

    /// <summary>The text in Unicode's form KC, its case folded, without marks of trade, footnote digits and what is not to be seen. A space
    /// of no width (U+200B) becomes a space.</summary>
    public static string Folded(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToLowerInvariant();
        }

        // What is folded may have to be composed anew, and what was composed may have another folding (a mark between them was removed):
        // at the second time as a rule, nothing changes any more.
        var folded = Fold(Normalization.ToKC(WithoutMarks(text)));
        for (var i = 0; i < 4 && Fold(folded) is var again && again != folded; i++)
        {
            folded = again;
        }

        return folded;
    }

    /// <summary>True for what is not to be seen (Default_Ignorable_Code_Point of Unicode 17), such as a soft hyphen, a mark of direction or
    /// a variation selector. U+200B is one of them.</summary>
    public static bool IsIgnorable(Rune rune) => rune.Value is 0x00AD or 0x034F or 0x061C or 0x115F or 0x1160 or 0x17B4 or 0x17B5
        or (>= 0x180B and <= 0x180F) or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F) or 0x3164
        or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0x1BCA0 and <= 0x1BCA3)
        or (>= 0x1D173 and <= 0x1D17A) or (>= 0xE0000 and <= 0xE0FFF);

    /// <summary>True for a combining mark. In many scripts vowels are such: without them नेत्र and नीत्र were one.</summary>
    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>The text without marks of trade, and without superscript digits behind a digit, which point to a footnote: <c>TB2²</c>.
    /// Behind anything else a superscript digit is that digit: <c>TB²</c>.</summary>
    private static string WithoutMarks(string text)
    {
        var kept = new StringBuilder(text.Length);
        var followsDigit = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '™' or '®' or '©' or '℠' || (followsDigit && IsSuperscriptDigit(rune)))
            {
                continue;
            }

            kept.Append(rune.ToString());
            if (!IsIgnorable(rune) || rune.Value == '\u200B')
            {
                followsDigit = !IsSuperscriptDigit(rune)
                    && Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber;
            }
        }

        return kept.ToString();
    }

    private static bool IsSuperscriptDigit(Rune rune) => rune.Value is '²' or '³' or '¹' or '⁰' or (>= '⁴' and <= '⁹');

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\u200B')
            {
                folded.Append(' ');
            }
            else if (!IsIgnorable(rune))
            {
                CaseFolding.Fold(rune, folded);
            }
        }

        return Normalization.ToKC(WithoutDotOfI(folded.ToString()));
    }

    /// <summary>The text without the combining dot that others make of <c>İ</c> when they write it small.</summary>
    private static string WithoutDotOfI(string text)
    {
        if (!text.Contains((char)CombiningDotAbove, StringComparison.Ordinal))
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        var isOfI = false;
        foreach (var rune in Normalization.ToD(text).EnumerateRunes())
        {
            if (!IsMark(rune))
            {
                isOfI = rune.Value == 'i';
            }
            else if (isOfI && rune.Value == CombiningDotAbove)
            {
                continue;
            }

            kept.Append(rune.ToString());
        }

        return kept.ToString();
    }
}
