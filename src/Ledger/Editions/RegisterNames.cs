using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Maps the register's English names: countries to codes, descriptions of weapons to categories.</summary>
public static class RegisterNames
{
    /// <summary>Characters at most of a code that is not a state's, with its <c>x-</c>.</summary>
    private const int CodeCharacters = 42;

    private static readonly FrozenDictionary<string, string> Codes = ReadCodes();
    private static readonly FrozenDictionary<string, Category> Categories = ReadCategories();

    /// <summary>The code of a recipient or supplier, by its present name, an older or another one. A name that the register marks as not a
    /// state's (<c>*</c> an armed group, <c>**</c> an organisation) becomes <c>x-</c> and its slug, without the place in brackets. An
    /// unresolved name becomes <c>x-</c> and its slug too.</summary>
    /// <param name="name">As the register spells it.</param>
    /// <param name="isResolved">False where the name is neither a state's that the table knows nor marked.</param>
    public static string CodeOf(string name, out bool isResolved)
    {
        isResolved = true;
        var plain = name.TrimEnd('*', ' ');
        var isMarked = plain.Length < name.TrimEnd().Length;
        if (Codes.TryGetValue(KeyOf(name), out var code) || (!isMarked && Codes.TryGetValue(KeyOf(InOrder(name)), out code)))
        {
            return code;
        }

        var place = plain.EndsWith(')') ? plain.LastIndexOf('(') : -1;
        var withoutPlace = XCodeOf(place > 0 ? plain[..place] : plain);
        // A copy may have lost the asterisk.
        isResolved = isMarked || Country.Others.ContainsKey(withoutPlace);
        return isResolved ? withoutPlace : XCodeOf(plain);
    }

    private static string XCodeOf(string name) => AsciiSlug(name) is { Length: > 0 } slug
        ? $"x-{slug[..Math.Min(slug.Length, CodeCharacters - 2)].TrimEnd('-')}" : "x-unnamed";

    /// <summary>A name with what makes it out before it: "Korea, South", "Yemen (North)" and "Gambia, The" as one says them.</summary>
    private static string InOrder(string name)
    {
        var at = name.IndexOfAny([',', '(']);
        var plain = at > 0 ? $"{name[(at + 1)..].Trim(' ', ')')} {name[..at].Trim()}" : name;
        return plain.StartsWith("The ", StringComparison.OrdinalIgnoreCase) ? plain[4..] : plain;
    }

    /// <summary>The category of a weapon by its description; null where the table lacks it.</summary>
    public static Category? CategoryOf(string description) => Categories.TryGetValue(description, out var category) ? category : null;

    /// <summary>A name as a slug of ASCII letters and digits, without accents and letters of other scripts; may be empty.</summary>
    public static string AsciiSlug(string name)
    {
        var ascii = new StringBuilder(name.Length);
        foreach (var c in Normalization.ToD(Spelling.Folded(name)))
        {
            if (char.IsAscii(c))
            {
                ascii.Append(c);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
            {
                ascii.Append(' ');
            }
        }

        return Slug.OfPlatform(ascii.ToString()) ?? "";
    }

    private static FrozenDictionary<string, string> ReadCodes()
    {
        var codes = new Dictionary<string, string>(StringComparer.Ordinal);
        // "Korea" is another name of two.
        foreach (var other in Country.AlsoKnownAs.SelectMany(x => x.Value.Select(name => (Key: KeyOf(name), Code: x.Key)))
            .GroupBy(x => x.Key, x => x.Code, StringComparer.Ordinal).Where(x => x.Count() == 1))
        {
            codes[other.Key] = other.Single();
        }

        foreach (var (code, name) in Country.Others.Concat(Country.States))
        {
            codes[KeyOf(name)] = code;
        }

        foreach (var (name, code) in Read<Dictionary<string, string>>("sipri-names.json"))
        {
            codes[KeyOf(name)] = code;
        }

        return codes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, Category> ReadCategories() => Read<Dictionary<string, string[]>>("sipri-descriptions.json")
        .SelectMany(x => x.Value.Select(description => (description, Category: WordNames.Parse<Category>(x.Key)!.Value)))
        .ToFrozenDictionary(x => x.description, x => x.Category, StringComparer.OrdinalIgnoreCase);

    /// <summary>Key of a name: equal for spellings that differ in case, accents, apostrophes, "&amp;" or "St.".</summary>
    private static string KeyOf(string name) => AsciiSlug(name.Replace("&", " and ", StringComparison.Ordinal)
        .Replace("St. ", "Saint ", StringComparison.Ordinal).Replace('’', '\''))
        is var key && key.StartsWith("st-", StringComparison.Ordinal) ? $"saint-{key[3..]}" : key;

    private static T Read<T>(string file)
    {
        using var resource = typeof(RegisterNames).Assembly.GetManifestResourceStream($"Ledger.Editions.{file}")!;
        return JsonSerializer.Deserialize<T>(resource)!;
    }
}
