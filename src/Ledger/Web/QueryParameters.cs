using System.Globalization;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Web;

/// <summary>Reads query parameters, strictly: an unknown one is a typo, and a typo must not widen an answer.</summary>
public static class QueryParameters
{
    /// <summary>Refuses every parameter.</summary>
    public static void None(HttpContext http) => Only(http);

    /// <summary>Refuses parameters other than <paramref name="known"/>, and any that stands twice or is empty.</summary>
    /// <exception cref="ProblemException">400, naming the first.</exception>
    public static void Only(HttpContext http, params ReadOnlySpan<string> known)
    {
        foreach (var (name, values) in http.Request.Query)
        {
            if (!known.Contains(name))
            {
                throw Bad(name, known.Length == 0
                    ? "This call takes no query parameters."
                    : $"Not a parameter of this call. It takes {string.Join(", ", known.ToArray())}.");
            }

            if (values.Count > 1)
            {
                throw Bad(name, "Given twice: which of the two was meant is not ours to guess.");
            }

            if (string.IsNullOrEmpty(values[0]))
            {
                throw Bad(name, "Empty: leave it out, or give a value.");
            }
        }
    }

    /// <summary>The value of a parameter, or null where it is absent.</summary>
    public static string? Text(HttpContext http, string name) => http.Request.Query.TryGetValue(name, out var value) ? value[0] : null;

    /// <summary>A day, YYYY-MM-DD.</summary>
    public static DateOnly? Day(HttpContext http, string name) => Text(http, name) switch
    {
        null => null,
        var text when MemberRules.TryFullDate(text, out var day) => day,
        _ => throw Bad(name, "Not a full date: YYYY-MM-DD, a day that exists."),
    };

    /// <summary>A time with its offset, RFC 3339.</summary>
    public static DateTimeOffset? Time(HttpContext http, string name) => Text(http, name) switch
    {
        null => null,
        var text when Rfc3339.TryParse(text, out var time) => time,
        _ => throw Bad(name, "Not a time of RFC 3339 with its offset, such as 2026-11-22T20:41:10Z."),
    };

    /// <summary>A whole number within bounds.</summary>
    public static long? Number(HttpContext http, string name, long least, long most) => Text(http, name) switch
    {
        null => null,
        var text when TryDigits(text, out var number) && number >= least && number <= most => number,
        _ => throw Bad(name, $"Not a whole number from {least} to {most}."),
    };

    /// <summary>Digits and nothing else: the runtime's own reading passes over U+0000 at the end.</summary>
    public static bool TryDigits(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && text.All(char.IsAsciiDigit);

    /// <summary>One word of a vocabulary.</summary>
    public static string? Word(HttpContext http, string name, IReadOnlyList<string> words) => Text(http, name) switch
    {
        null => null,
        var text when words.Contains(text, StringComparer.Ordinal) => text,
        _ => throw Bad(name, $"Not a word of this vocabulary. One of: {string.Join(", ", words)}."),
    };

    /// <summary>The code of a recipient or supplier.</summary>
    public static string? Code(HttpContext http, string name) => Text(http, name) switch
    {
        null => null,
        var text when Country.IsCode(text) => text,
        var text => throw Bad(name, Country.Advice(text)),
    };

    /// <summary>The slug of the platform that is named.</summary>
    public static string? Platform(HttpContext http) =>
        Text(http, "platform") is { } text ? Slug.OfPlatform(text) ?? throw Bad("platform", "A platform's slug or name.") : null;

    /// <summary>The refusal of a parameter.</summary>
    public static ProblemException Bad(string name, string why) => new(ProblemKinds.BadParameter, $"{Shown(name)}: {why}")
    {
        Errors = [new ProblemError($"?{Shown(name)}", "parameter", why)],
    };

    private static string Shown(string name) => name.Length <= 60 ? name : name[..(char.IsHighSurrogate(name[59]) ? 59 : 60)] + "…";
}
