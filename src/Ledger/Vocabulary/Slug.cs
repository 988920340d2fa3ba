using System.Text;
using System.Text.RegularExpressions;

namespace Ledger.Vocabulary;

/// <summary>Short names that are safe in a URL and are compared byte by byte.</summary>
public static partial class Slug
{
    /// <summary>Bytes in UTF-8 at most of the slug of a platform: compatible forms of a name may be much longer than itself, and a slug
    /// must fit into the keys of indexes and into an entry of the log.</summary>
    public const int PlatformBytes = 800;

    /// <summary>The slug of a platform's name: as <see cref="Spelling"/> folds it, its letters, combining marks and digits of any script,
    /// with one hyphen for anything between them. Null where the name has no letter or digit, is not valid text, or would have a slug of
    /// more than <see cref="PlatformBytes"/>.</summary>
    /// <param name="name">Any name, such as <c>Bayraktar TB2</c>; the slug of a slug is itself.</param>
    public static string? OfPlatform(string name)
    {
        // A noncharacter, not valid in text (RFC 7493, 2.1).
        if (name.AsSpan().ContainsAny('\uFFFE', '\uFFFF'))
        {
            return null;
        }

        var slug = new StringBuilder(name.Length);
        var gap = true;
        foreach (var rune in Spelling.Folded(name).EnumerateRunes())
        {
            // A mark without a letter before it is no mark: forms KC make one of an accent that stands alone.
            if (!IsLetterOrDigit(rune) && !(Spelling.IsMark(rune) && !gap))
            {
                gap = true;
                continue;
            }

            if (gap && slug.Length > 0)
            {
                slug.Append('-');
            }

            gap = false;
            slug.Append(rune.ToString());
        }

        return slug.Length > 0 && slug.ToString() is var made && Encoding.UTF8.GetByteCount(made) <= PlatformBytes ? made : null;
    }

    // 〇 is a digit in Chinese and a number made of letters in Unicode.
    private static bool IsLetterOrDigit(Rune rune) =>
        Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.LetterNumber;

    /// <summary>The slug of a platform from a path segment. The server leaves an escaped slash of a path escaped.</summary>
    public static string? OfPath(string segment) => OfPlatform(segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    /// <summary>True for the slug of a deal or lot: <c>[a-z0-9][a-z0-9._:-]{0,119}</c>.</summary>
    public static bool IsLabel(string text) => Label().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._:-]{0,119}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
