using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ledger.Vocabulary;

/// <summary>Codes of recipients and suppliers: ISO 3166-1 alpha-3, the withdrawn alpha-3 code of ISO 3166-3 for a former state, or
/// <c>x-…</c> for what is not a state. Codes and English names ship with the service (countries.json), so that every node gives the same
/// results: the ICU data of a machine differs from version to version and lacks former states.</summary>
public static partial class Country
{
    /// <summary>The code of a supplier that the source did not name.</summary>
    public const string Unknown = "x-unknown";

    private const string AnyCode =
        "A code is an ISO 3166-1 alpha-3 code in capitals (KGZ), or x- and a slug for what is not a state (x-unknown).";

    /// <summary>Characters of a text that may be a name.</summary>
    private const int LongestName = 60;

    private static readonly CountryTable Table = CountryTable.Read();

    private static readonly Lazy<Dictionary<string, IReadOnlyList<string>>> Names = new(ReadNames);

    /// <summary>Name by code, of every state and territory that ISO 3166-1 lists, and of the former ones.</summary>
    public static readonly IReadOnlyDictionary<string, string> States =
        Table.States.Concat(Table.Former).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Name by code, of the <c>x-…</c> codes that have a name here. Others are valid too.</summary>
    public static readonly IReadOnlyDictionary<string, string> Others = Table.Others.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Code to use instead, by invalid code: those of ISO 3166-3 whose state only changed its name, and those that others use for
    /// Kosovo.</summary>
    public static readonly IReadOnlyDictionary<string, string> Renamed = Table.Renamed.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The last day of a state that is no more, by its code.</summary>
    public static readonly IReadOnlyDictionary<string, DateOnly> Ended = Table.Ended.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Older and other names by code, for search: answers use the one of <see cref="NameOf"/>.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> AlsoKnownAs = Table.AlsoKnownAs
        .ToFrozenDictionary(x => x.Key, x => (IReadOnlyList<string>)x.Value, StringComparer.Ordinal);

    /// <summary>Whether a state was no more on a day.</summary>
    public static bool HasEnded(string code, DateOnly day) => Ended.TryGetValue(code, out var end) && end < day;

    /// <summary>True for an alpha-3 code of a present or former state or territory.</summary>
    public static bool IsState(string code) => States.ContainsKey(code);

    /// <summary>True for a listed alpha-3 code, and for <c>x-</c> and a slug of up to 40 characters.</summary>
    public static bool IsCode(string code) => IsState(code) || NotAState().IsMatch(code);

    /// <summary>A sentence about what to write instead of an invalid code, or of a name.</summary>
    public static string Advice(string code) => MeantBy(code) switch
    {
        [var one] => $"{Shown(code)} is written {one} here.",
        { Count: > 1 } several => $"{Shown(code)} is written {string.Join(" or ", several.Select(x => $"{x} ({NameOf(x)})"))} here.",
        _ => AnyCode,
    };

    /// <summary>The codes that somebody may mean who wrote something else: another code of the state (<c>ZAR</c>, <c>TR</c>, <c>tur</c>),
    /// or one of its names (<c>Türkiye</c>, <c>Burma</c>). None where that is a code, or nothing that is known.</summary>
    public static IReadOnlyList<string> MeantBy(string text)
    {
        var capitals = text.Length <= 3 ? text.ToUpperInvariant() : "";
        return IsCode(text) ? []
            : Renamed.TryGetValue(capitals, out var now) || Table.Alpha2.TryGetValue(capitals, out now) ? [now]
            : IsState(capitals) ? [capitals]
            : text.StartsWith("X-", StringComparison.Ordinal) && text.ToLowerInvariant() is var lower && IsCode(lower) ? [lower]
            : text.Length <= LongestName && Names.Value.TryGetValue(KeyOf(text), out var named) ? named : [];
    }

    private static string Shown(string text) => string.Concat(text.Where(x => !char.IsControl(x)));

    /// <summary>Equal for spellings of a name that differ in case, accents, "&amp;" for "and", "St." for "Saint", or an article.</summary>
    private static string KeyOf(string name)
    {
        var plain = name.Replace("'", "", StringComparison.Ordinal).Replace("’", "", StringComparison.Ordinal);
        var words = Normalization.ToD(Slug.OfPlatform(plain) ?? "").Split('-')
            .Where(x => x is not ("and" or "the")).Select(x => x == "st" ? "saint" : x);
        return string.Concat(string.Concat(words).EnumerateRunes().Where(x => !Spelling.IsMark(x)).Select(x => x.ToString()));
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadNames() => States.Concat(Others)
        .SelectMany(x => AlsoKnownAs.GetValueOrDefault(x.Key, []).Prepend(x.Value), (x, name) => (Key: KeyOf(name), Code: x.Key))
        .GroupBy(x => x.Key, x => x.Code, StringComparer.Ordinal)
        .ToDictionary(x => x.Key, x => (IReadOnlyList<string>)[.. x.Distinct().Order(StringComparer.Ordinal)], StringComparer.Ordinal);

    /// <summary>The English name; of an <c>x-…</c> code that has none, its words: x-houthi-rebels is "Houthi rebels".</summary>
    public static string NameOf(string code) => States.TryGetValue(code, out var name) || Others.TryGetValue(code, out name) ? name
        : NotAState().IsMatch(code) ? char.ToUpperInvariant(code[2]) + code[3..].Replace('-', ' ') : code;

    /// <summary>The English name as it stands within a sentence: "the United States".</summary>
    public static string InSentence(string code) => NameOf(code) is var name && TakesAnArticle().IsMatch(name) ? $"the {name}" : name;

    [GeneratedRegex(@"^(United |Netherlands )|(^|\s)(Union|Netherlands|Philippines|Bahamas|Gambia|Comoros|Maldives|Seychelles|Islands"
        + @"|Republic|Territory|Territories|rebels)$", RegexOptions.CultureInvariant)]
    private static partial Regex TakesAnArticle();

    [GeneratedRegex(@"^x-[a-z0-9]+(-[a-z0-9]+)*\z(?<=^.{3,42})", RegexOptions.CultureInvariant)]
    private static partial Regex NotAState();

    /// <summary>The content of countries.json: names by code, valid codes by invalid code, and other names by code.</summary>
    private sealed record CountryTable(
        Dictionary<string, string> States, Dictionary<string, string> Former,
        Dictionary<string, DateOnly> Ended, Dictionary<string, string> Others, Dictionary<string, string> Renamed,
        Dictionary<string, string> Alpha2, Dictionary<string, string[]> AlsoKnownAs)
    {
        private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };

        public static CountryTable Read()
        {
            using var resource = typeof(Country).Assembly.GetManifestResourceStream("Ledger.Vocabulary.countries.json")!;
            return JsonSerializer.Deserialize<CountryTable>(resource, Json)!;
        }
    }
}
