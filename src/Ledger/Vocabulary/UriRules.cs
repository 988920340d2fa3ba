using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ledger.Vocabulary;

/// <summary>URIs by the letter of RFC 3986. Own code, since the runtime's parser also takes letters, spaces and brackets that no URI has
/// (it reads IRIs), and a feed is compared letter by letter: two spellings of one URI would be two feeds.</summary>
public static partial class UriRules
{
    private static readonly SearchValues<char> Unsafe = SearchValues.Create("\"<>\\^`{|}");

    /// <summary>A sentence on why a text is no absolute URI, with what to write where that can be told; null for a URI.</summary>
    public static string? WhyNot(string text)
    {
        if (Scheme().Match(text) is not { Success: true } scheme)
        {
            return text.Length == 0 ? "Not a URI: it is empty."
                : Reference().IsMatch(text) ? "Not an absolute URI: it begins with no scheme, such as https: or urn:."
                : "Not a URI: it begins with a scheme, such as https: or urn:.";
        }

        var isOfHttp = IsHttp(text);
        if (!Absolute().IsMatch(text))
        {
            return WhyNotSpelled(text, isOfHttp);
        }

        if (scheme.Length == text.Length)
        {
            return "Not a URI of anything: nothing follows its scheme.";
        }

        return isOfHttp ? WhyNotHttp(text) : null;
    }

    /// <summary>Whether a text is a relative reference of RFC 3986.</summary>
    public static bool IsRelative(string text) => text.Length > 0 && Reference().IsMatch(text);

    /// <summary>Whether a text begins as a URI of http or https.</summary>
    public static bool IsHttp(string text) => text.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private static string WhyNotSpelled(string text, bool isOfHttp)
    {
        var encoded = Encoded(text, isOfHttp);
        var why = text.AsSpan().IndexOfAnyExceptInRange('!', '~') is var at and >= 0 ? $"{Named(text, at)} cannot stand in a URI"
            : text.AsSpan().IndexOfAny(Unsafe) is var no and >= 0 ? $"{Named(text, no)} cannot stand in a URI"
            : LonePercent().IsMatch(text) ? "% stands only before two hexadecimal digits"
            : text.AsSpan().IndexOfAny("[]") >= 0 ? "brackets stand only around the host's number (RFC 3986)"
            : "its parts are not those of a URI (RFC 3986)";
        // A text that is too long to be read is not repeated.
        return encoded is not null && encoded.Length <= 300 ? $"Not a URI: {why}. Write {encoded}" : $"Not a URI: {why}.";
    }

    private static string Named(string text, int at)
    {
        var rune = Rune.TryGetRuneAt(text, at, out var whole) ? whole : Rune.ReplacementChar;
        return rune.Value == ' ' ? "a space" : rune.Value < ' ' || Rune.IsControl(rune) || Rune.IsWhiteSpace(rune)
            || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format ? $"U+{rune.Value:X4}" : $"'{rune}'";
    }

    /// <summary>The URI that is meant: what cannot stand is percent-encoded, a host of http in other letters is in Punycode; null where
    /// that makes no URI either.</summary>
    private static string? Encoded(string text, bool isOfHttp)
    {
        if (isOfHttp && Authority().Match(text) is { Success: true } host && !Ascii.IsValid(host.Groups["host"].ValueSpan))
        {
            try
            {
                var name = host.Groups["host"];
                text = text[..name.Index] + new IdnMapping().GetAscii(name.Value) + text[(name.Index + name.Length)..];
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        var authority = Authority().Match(text);
        var encoded = new StringBuilder(text[..authority.Length]);
        for (var i = authority.Length; i < text.Length; i++)
        {
            var c = text[i];
            var isSpare = c is '[' or ']' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}'
                || (c == '%' && !Escape().IsMatch(text, i)) || (c == '#' && text.IndexOf('#', StringComparison.Ordinal) < i);
            if (c is > ' ' and < (char)0x7F && !isSpare)
            {
                encoded.Append(c);
            }
            else if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                foreach (var b in Encoding.UTF8.GetBytes(rune.ToString()))
                {
                    encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
                }

                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                return null;
            }
        }

        return encoded.ToString() is var made && Absolute().IsMatch(made) && (!isOfHttp || WhyNotHttp(made) is null) ? made : null;
    }

    /// <summary>RFC 9110, 4.2: an http or https URI has a host, and no user.</summary>
    private static string? WhyNotHttp(string text)
    {
        if (Authority().Match(text) is not { Success: true } authority)
        {
            return "Not a URI of http: two slashes and a host follow the scheme.";
        }

        if (authority.Groups["user"].Success)
        {
            return "Not without its user and password: what stands here is shown to everybody who may read, and http URIs have none "
                + "(RFC 9110). Leave out what stands before the @.";
        }

        return authority.Groups["host"].Length == 0 ? "Not a URI of http: its host is missing."
            : authority.Groups["port"].Value is { Length: > 0 } port && !(ushort.TryParse(port, CultureInfo.InvariantCulture, out _))
            ? "Not a URI of http: a port is at most 65535." : null;
    }

    private const string Unreserved = @"A-Za-z0-9\-._~";
    private const string SubDelims = @"!$&'()*+,;=";
    private const string Escaped = "%[0-9A-Fa-f]{2}";
    private const string PathCharacter = $"(?:[{Unreserved}{SubDelims}:@]|{Escaped})";
    private const string HostAndPort = $@"(?:(?:[{Unreserved}{SubDelims}:]|{Escaped})*@)?"
        + $@"(?:\[(?:[0-9A-Fa-f:.]{{2,45}}|v[0-9A-Fa-f]+\.[{Unreserved}{SubDelims}:]+)\]|(?:[{Unreserved}{SubDelims}]|{Escaped})*)"
        + "(?::[0-9]*)?";
    private const string Segments = $"(?:/{PathCharacter}*)*";
    private const string QueryAndFragment = $@"(?:\?(?:{PathCharacter}|[/?])*)?(?:\#(?:{PathCharacter}|[/?])*)?";

    // Each alternative begins with another character, or without one: nothing is tried twice, however long the text is.
    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex($@"^[A-Za-z][A-Za-z0-9+.\-]*:(?://{HostAndPort}{Segments}|/(?:{PathCharacter}+{Segments})?|{PathCharacter}+{Segments}|)"
        + $@"{QueryAndFragment}\z", Plain)]
    private static partial Regex Absolute();

    [GeneratedRegex($@"^(?://{HostAndPort}{Segments}|/(?:{PathCharacter}+{Segments})?"
        + $@"|(?:[{Unreserved}{SubDelims}@]|{Escaped})+{Segments}|){QueryAndFragment}\z", Plain)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.\-]*:", Plain)]
    private static partial Regex Scheme();

    /// <summary>Scheme and authority, where there is one.</summary>
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.\-]*://((?<user>[^/?#@]*)@)?(?<host>\[[^\]/?#]*\]|[^/?#:@]*)(:(?<port>[0-9]*))?"
        + @"(?=[/?#]|\z)", Plain)]
    private static partial Regex Authority();

    [GeneratedRegex(@"\G%[0-9A-Fa-f]{2}", Plain)]
    private static partial Regex Escape();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})", Plain)]
    private static partial Regex LonePercent();
}
