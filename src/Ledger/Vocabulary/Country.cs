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

    private static readonly CountryTable Table = CountryTable.Read();

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

    /// <summary>A sentence about what to write instead of an invalid code.</summary>
    public static string Advice(string code) => Renamed.TryGetValue(code, out var now)
        ? $"{code} is written {now} here."
        : "A code is an ISO 3166-1 alpha-3 code in capitals (KGZ), or x- and a slug for what is not a state (x-unknown).";

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
        Dictionary<string, string[]> AlsoKnownAs)
    {
        private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };

        public static CountryTable Read()
        {
            using var resource = typeof(Country).Assembly.GetManifestResourceStream("Ledger.Vocabulary.countries.json")!;
            return JsonSerializer.Deserialize<CountryTable>(resource, Json)!;
        }
    }
}
