using System.Text;
using System.Text.RegularExpressions;
using Ledger.Vocabulary;

namespace Ledger.Catalogue;

/// <summary>Names of platforms whose designation means another one too: <c>Gnat (combat aircraft)</c>, with the slug
/// <c>gnat-combat-aircraft</c>.</summary>
public static partial class Homonym
{
    private static readonly HashSet<string> Words = [.. Enum.GetValues<Category>().Select(WordsOf)];

    /// <summary>The name of a designation in a category.</summary>
    public static string NameOf(string designation, Category category) => $"{designation} ({WordsOf(category)})";

    /// <summary>The designation of such a name; null for any other name.</summary>
    public static string? DesignationOf(string name) =>
        Named().Match(name) is { Success: true } match && Words.Contains(match.Groups[2].Value) ? match.Groups[1].Value : null;

    /// <summary>A category in plain words: combat aircraft.</summary>
    public static string WordsOf(Category category)
    {
        var words = new StringBuilder();
        foreach (var c in WordNames.Of(category))
        {
            words.Append(char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c);
        }

        return words.ToString();
    }

    [GeneratedRegex(@"^(.+) \(([a-z ]+)\)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Named();
}
