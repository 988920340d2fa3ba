using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Ledger.Vocabulary;

/// <summary>Language tags (BCP 47, RFC 5646, 2.1), by their grammar: which subtags are registered is not looked at, but that no language of
/// more than three letters is.</summary>
public static partial class LanguageTag
{
    /// <summary>Characters of a tag at most.</summary>
    private const int Longest = 80;

    private static readonly FrozenSet<string> Grandfathered = new[]
    {
        "en-GB-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo", "i-pwn", "i-tao",
        "i-tay", "i-tsu", "sgn-BE-FR", "sgn-BE-NL", "sgn-CH-DE", "art-lojban", "cel-gaulish", "no-bok", "no-nyn", "zh-guoyu", "zh-hakka",
        "zh-min", "zh-min-nan", "zh-xiang",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>A sentence about why a text is no language tag; null where it is one.</summary>
    public static string? WhyNot(string text)
    {
        if (text.Length > Longest)
        {
            return Wrong($"at most {Longest} characters.");
        }

        if (Grandfathered.Contains(text) || PrivateUse().IsMatch(text))
        {
            return null;
        }

        var subtags = text.Split('-');
        if (Array.Find(subtags, x => x.Length is 0 or > 8 || !x.All(char.IsAsciiLetterOrDigit)) is { } odd)
        {
            return Wrong(odd.Length == 0 ? "no part of it may be empty."
                : odd.Contains('_', StringComparison.Ordinal) ? "its parts are separated by hyphens: pt-BR."
                : "its parts have 1–8 letters or digits, separated by hyphens: pt-BR.");
        }

        if (!Language().IsMatch(subtags[0]))
        {
            return Wrong(subtags[0].Length == 1 ? "it begins with a language, or is x- and a name of your own, such as x-unknown."
                : "it begins with a language of two or three letters, such as tr for Turkish or kaa for Karakalpak; "
                    + "x-unknown is a tag of your own.");
        }

        return WhyNotRest(subtags);
    }

    /// <summary>Reads what follows the language: each part may only stand behind those of the kinds before it.</summary>
    private static string? WhyNotRest(string[] subtags)
    {
        var at = 1;
        for (var extended = 0; extended < 3 && at < subtags.Length && ExtendedLanguage().IsMatch(subtags[at]); extended++)
        {
            at++;
        }

        at += at < subtags.Length && Script().IsMatch(subtags[at]) ? 1 : 0;
        at += at < subtags.Length && Region().IsMatch(subtags[at]) ? 1 : 0;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (; at < subtags.Length && Variant().IsMatch(subtags[at]); at++)
        {
            if (!seen.Add(subtags[at]))
            {
                return Wrong($"the variant {subtags[at]} stands there twice.");
            }
        }

        while (at < subtags.Length && subtags[at].Length == 1)
        {
            var singleton = subtags[at];
            var isPrivate = singleton is "x" or "X";
            var first = ++at;
            while (at < subtags.Length && subtags[at].Length >= (isPrivate ? 1 : 2))
            {
                at++;
            }

            if (at == first || !seen.Add(singleton))
            {
                return Wrong(at == first ? $"nothing follows its {singleton}." : $"the extension {singleton} stands there twice.");
            }
        }

        return at == subtags.Length ? null
            : Wrong($"{subtags[at]} is no script (Hant), region (TW, 419), variant (1996) or extension at this place: these follow the "
                + "language in this order.");
    }

    private static string Wrong(string why) => $"Not a language tag (BCP 47), such as en, pt-BR or zh-Hant-TW: {why}";

    [GeneratedRegex(@"^[xX](-[A-Za-z0-9]{1,8})+\z", RegexOptions.CultureInvariant)]
    private static partial Regex PrivateUse();

    [GeneratedRegex(@"^[A-Za-z]{2,3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Language();

    [GeneratedRegex(@"^[A-Za-z]{3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ExtendedLanguage();

    [GeneratedRegex(@"^[A-Za-z]{4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Script();

    [GeneratedRegex(@"^([A-Za-z]{2}|[0-9]{3})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Region();

    [GeneratedRegex(@"^([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Variant();
}
