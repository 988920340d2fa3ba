using System.Text;
using System.Text.RegularExpressions;

namespace Ledger.Vocabulary;

/// <summary>Short names that are safe in a URL and are compared byte by byte.</summary>
public static partial class Slug
{
    /// <summary>The slug of a platform's name: letters and digits of any script, in lower case, with one hyphen for anything between them.
    /// Null where the name has no letter or digit, or is not valid text.</summary>
    /// <param name="name">Any name, such as <c>Bayraktar TB2</c>; the slug of a slug is itself.</param>
    public static string? OfPlatform(string name)
    {
        // A noncharacter, not valid in text (RFC 7493, 2.1).
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

    /// <summary>The slug of a platform from a path segment. The server leaves an escaped slash of a path escaped.</summary>
    public static string? OfPath(string segment) => OfPlatform(segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    /// <summary>True for the slug of a deal or lot: <c>[a-z0-9][a-z0-9._:-]{0,119}</c>.</summary>
    public static bool IsLabel(string text) => Label().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._:-]{0,119}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
