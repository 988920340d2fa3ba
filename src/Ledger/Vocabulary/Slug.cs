using System.Text;
using System.Text.RegularExpressions;

namespace Ledger.Vocabulary;

/// <summary>Short names that are safe in an address and compare as bytes.</summary>
public static partial class Slug
{
    /// <summary>The slug of a platform's name: lower case, letters and digits of any script, everything between them one hyphen.
    /// Null where the name has no letter and no digit, or is no text.</summary>
    /// <param name="name">Any name, <c>Bayraktar TB2</c>; a slug is its own slug.</param>
    public static string? OfPlatform(string name)
    {
        // No character of any text (RFC 7493, 2.1).
        if (name.Contains('\uFFFE', StringComparison.Ordinal))
        {
            return null;
        }

        var slug = new StringBuilder(name.Length);
        var gap = false;
        foreach (var rune in Normalization.ToC(name).EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune))
            {
                gap = slug.Length > 0;
                continue;
            }

            if (gap)
            {
                slug.Append('-');
                gap = false;
            }

            slug.Append(Rune.ToLowerInvariant(rune).ToString());
        }

        return slug.Length == 0 ? null : slug.ToString();
    }

    /// <summary>The slug of a platform that an address names: the server leaves an escaped slash as it is, so that it parts no address.</summary>
    public static string? OfPath(string segment) => OfPlatform(segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    /// <summary>True for the slug of a deal or lot: <c>[a-z0-9][a-z0-9._:-]{0,119}</c>.</summary>
    public static bool IsLabel(string text) => Label().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._:-]{0,119}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
