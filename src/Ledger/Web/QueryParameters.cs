using Ledger.Problems;
using Ledger.Vocabulary;
using Microsoft.Extensions.Primitives;

namespace Ledger.Web;

/// <summary>The query parameters of a request, read strictly: an unknown one is taken for a typo, which must not widen the
/// result.</summary>
public sealed class QueryParameters
{
    private readonly IQueryCollection _values;

    private QueryParameters(HttpRequest request) =>
        (Path, _values, Position) = (request.Path, request.Query, request.Headers["Ledger-Position"]);

    /// <summary>The path of the request.</summary>
    public string Path { get; }

    /// <summary>The header <c>Ledger-Position</c>, which means the same as <c>atLeast</c>.</summary>
    public StringValues Position { get; }

    /// <summary>True without query parameters and without <see cref="Position"/>.</summary>
    public bool IsEmpty => _values.Count == 0 && Position.Count == 0;

    /// <summary>Reads a request's parameters. Refuses any that is not among <paramref name="known"/>, is given twice, or is
    /// empty.</summary>
    /// <exception cref="ProblemException">400, naming the first.</exception>
    public static QueryParameters Of(HttpContext http, params ReadOnlySpan<string> known)
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

        return new QueryParameters(http.Request);
    }

    /// <summary>Refuses every parameter.</summary>
    /// <exception cref="ProblemException">400, naming the first.</exception>
    public static void None(HttpContext http) => Of(http);

    /// <summary>The value of a parameter, or null where it is absent.</summary>
    public string? Text(string name) => _values.TryGetValue(name, out var value) ? value[0] : null;

    /// <summary>A day, YYYY-MM-DD.</summary>
    public DateOnly? Day(string name) => Text(name) switch
    {
        null => null,
        var text when Rfc3339.TryParseDay(text, out var day) => day,
        var text => throw Bad(name, "Not a full date: YYYY-MM-DD, a day that exists."
            + (text.Length > 10 && Rfc3339.TryParseDay(text[..10], out _) ? " A day has no time." : "")),
    };

    /// <summary>A time with its offset, RFC 3339.</summary>
    public DateTimeOffset? Time(string name) => Text(name) switch
    {
        null => null,
        var text when Rfc3339.TryParse(text, out var time) => time,
        var text => throw Bad(name, WithAdvice("Not a time of RFC 3339 with its offset, such as 2026-11-22T20:41:10Z.", text)),
    };

    /// <summary>A sentence on a text that is no time, and what to write instead where that can be told.</summary>
    public static string WithAdvice(string why, string text) => Rfc3339.Advice(text) is { } advice ? $"{why} {advice}" : why;

    /// <summary>A whole number within bounds.</summary>
    public long? Number(string name, long least, long most) => Text(name) switch
    {
        null => null,
        var text when Digits.TryParse(text, out var number) && number >= least && number <= most => number,
        _ => throw Bad(name, $"Not a whole number from {least} to {most}."),
    };

    /// <summary>One word of a vocabulary.</summary>
    public string? Word(string name, IReadOnlyList<string> words) => Text(name) switch
    {
        null => null,
        var text when words.Contains(text, StringComparer.Ordinal) => text,
        _ => throw Bad(name, $"Not a word of this vocabulary. One of: {string.Join(", ", words)}."),
    };

    /// <summary>Some words of a vocabulary, separated by commas; null where the parameter is absent.</summary>
    public IReadOnlyList<string>? Words(string name, IReadOnlyList<string> words)
    {
        var given = Text(name)?.Split(',');
        return given is null || Array.TrueForAll(given, x => words.Contains(x, StringComparer.Ordinal)) ? given
            : throw Bad(name, $"Not words of this vocabulary, separated by commas. Some of: {string.Join(", ", words)}.");
    }

    /// <summary>True or false; null where the parameter is absent.</summary>
    public bool? Flag(string name) => Word(name, ["true", "false"]) is { } word ? word == "true" : null;

    /// <summary>The code of a recipient or supplier.</summary>
    public string? Code(string name) => Text(name) switch
    {
        null => null,
        var text when Country.IsCode(text) => text,
        var text => throw Bad(name, Country.Advice(text)),
    };

    /// <summary>The slug of the platform in the parameter <c>platform</c>; null where it is absent.</summary>
    public string? Platform() =>
        Text("platform") is { } text ? Slug.OfPlatform(text) ?? throw Bad("platform", "A platform's slug or name.") : null;

    /// <summary>Path and parameters in a canonical spelling: the parameters are sorted by name.</summary>
    /// <param name="except">Parameters to leave out.</param>
    public string Canonical(params ReadOnlySpan<string> except)
    {
        var parts = new List<string>(_values.Count);
        foreach (var (name, value) in _values)
        {
            if (!except.Contains(name))
            {
                parts.Add($"{name}={value}");
            }
        }

        parts.Sort(StringComparer.Ordinal);
        return $"{Path}?{string.Join('&', parts)}";
    }

    /// <summary>The problem of a request with an invalid parameter.</summary>
    public static ProblemException Bad(string name, string why) => new(ProblemKinds.BadParameter, $"{Shown(name)}: {why}")
    {
        Errors = [new ProblemError($"?{Shown(name)}", "parameter", why)],
    };

    /// <summary>The problem of a request with an invalid header.</summary>
    public static ProblemException BadHeader(string name, string why) => new(ProblemKinds.BadParameter, $"{name}: {why}")
    {
        Errors = [new ProblemError(name, "header", why)],
    };

    /// <summary>A text from a request, shortened for a problem.</summary>
    public static string Shown(string name) => name.Length <= 60 ? name : name[..(char.IsHighSurrogate(name[59]) ? 59 : 60)] + "…";
}
