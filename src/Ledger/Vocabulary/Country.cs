using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ledger.Vocabulary;

/// <summary>Codes of recipients and suppliers: ISO 3166-1 alpha-3, the withdrawn alpha-3 code of ISO 3166-3 for a state that is no more, or
/// <c>x-…</c> for what is not a state. Today's states and their English names come from the runtime's own tables (ICU); those tables
/// forget states that are no more, so these are the only ones typed in.</summary>
public static partial class Country
{
    /// <summary>The code of a supplier that nobody named.</summary>
    public const string Unknown = "x-unknown";

    /// <summary>States whose code was withdrawn when they came to an end (ISO 3166-3), so far as arms were ever reported to or from them.
    /// Codes that were withdrawn with a mere change of name are not here: the state has another code today.</summary>
    private static readonly (string Code, string Name)[] Former =
    [
        ("ANT", "Netherlands Antilles"), ("CSK", "Czechoslovakia"), ("DDR", "East Germany"), ("SCG", "Serbia and Montenegro"), ("SUN", "Soviet Union"),
        ("VDR", "North Vietnam"), ("YMD", "South Yemen"), ("YUG", "Yugoslavia"),
    ];

    /// <summary>Name by code, of every state and territory that ISO 3166-1 lists, and of the former ones.</summary>
    public static readonly IReadOnlyDictionary<string, string> Names = Read();

    /// <summary>True for an alpha-3 code of a state or territory, of today or former.</summary>
    public static bool IsState(string code) => Names.ContainsKey(code);

    /// <summary>True for a listed alpha-3 code, and for <c>x-</c> and a slug of up to 40 characters.</summary>
    public static bool IsCode(string code) => IsState(code) || NotAState().IsMatch(code);

    /// <summary>The English name; a code that is no state's is its own name.</summary>
    public static string NameOf(string code) => Names.TryGetValue(code, out var name) ? name : code;

    private static FrozenDictionary<string, string> Read()
    {
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var first = 'A'; first <= 'Z'; first++)
        {
            for (var second = 'A'; second <= 'Z'; second++)
            {
                var alpha2 = string.Create(2, (first, second), static (span, x) => (span[0], span[1]) = x);
                if (Region(alpha2) is { } region)
                {
                    names[region.ThreeLetterISORegionName] = region.EnglishName;
                }
            }
        }

        foreach (var (code, name) in Former)
        {
            names[code] = name;
        }

        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static RegionInfo? Region(string alpha2)
    {
        try
        {
            // The runtime takes EH alone for a language.
            var region = new RegionInfo(alpha2 == "EH" ? "en-EH" : alpha2);
            // ICU also answers for codes that were withdrawn (CS), are its own (XK) or never a state's (IV), some under another name.
            return region.TwoLetterISORegionName == alpha2 && IsAlpha3().IsMatch(region.ThreeLetterISORegionName)
                && region.EnglishName.Length > 3 && alpha2 is not ("CS" or "XK") ? region : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^x-[a-z0-9]+(-[a-z0-9]+)*\z(?<=^.{3,42})", RegexOptions.CultureInvariant)]
    private static partial Regex NotAState();

    [GeneratedRegex(@"^[A-Z]{3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsAlpha3();
}
