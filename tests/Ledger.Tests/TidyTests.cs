using System.Text.RegularExpressions;
using Ledger.Facts;

namespace Ledger.Tests;

/// <summary>The habits of the house that a compiler does not know.</summary>
public partial class TidyTests
{
    internal static readonly string Root = FindRoot();

    private static IEnumerable<string> Sources => Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories))
        .Where(x => !x.Contains("/Internal/Generated/", StringComparison.Ordinal));

    /// <summary>What is written by hand for the browser.</summary>
    private static IEnumerable<string> Pages => ((string[])["*.js", "*.css", "*.html"])
        .SelectMany(x => Directory.EnumerateFiles(Path.Combine(Root, "src/Ledger/Dashboard"), x, SearchOption.AllDirectories));

    [Fact]
    public void No_file_is_named_after_what_it_is_made_of_rather_than_what_it_is_for() =>
        Assert.DoesNotContain(Sources.Select(Path.GetFileNameWithoutExtension), x => EmptyName().IsMatch(x!));

    [Fact]
    public void Files_are_small_enough_to_be_read_at_once() =>
        Assert.DoesNotContain(Sources.Concat(Pages), x => x.Contains("/src/", StringComparison.Ordinal) && File.ReadLines(x).Count() > 400);

    [Fact]
    public void Lines_fit_on_a_screen() => Assert.Empty(
        from file in Sources.Concat(Pages)
        let most = file.StartsWith(Path.Combine(Root, "src"), StringComparison.Ordinal) ? 140 : 200
        from line in File.ReadLines(file).Select((text, i) => (At: $"{file}:{i + 1}", text.Length))
        where line.Length > most
        select line.At);

    [Fact]
    public void Nothing_is_left_for_later_in_a_comment() =>
        Assert.DoesNotContain(Sources, x => !x.EndsWith("TidyTests.cs", StringComparison.Ordinal) && Later().IsMatch(File.ReadAllText(x)));

    [Fact]
    public void Every_file_that_the_README_and_the_decisions_name_is_where_they_say()
    {
        var missing = new List<string>();
        foreach (var document in Directory.EnumerateFiles(Path.Combine(Root, "ops"), "*.md", SearchOption.AllDirectories)
            .Concat(from x in (string[])["README.md", "deploy/README.md", "src/Ledger/ARCHITECTURE.md", "src/Ledger/Estimation/METHOD.md",
                "src/Ledger/Facts/DOMAIN.md"]
                    select Path.Combine(Root, x)))
        {
            foreach (Match named in NamedFile().Matches(File.ReadAllText(document)))
            {
                var path = named.Groups[1].Value;
                if (!File.Exists(Path.Combine(Root, path)) && !Directory.Exists(Path.Combine(Root, path))
                    && !File.Exists(Path.Combine(Root, "src/Ledger", path)) && !File.Exists(Path.Combine(Path.GetDirectoryName(document)!, path)))
                {
                    missing.Add($"{Path.GetFileName(document)}: {path}");
                }
            }
        }

        Assert.Empty(missing);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ledger.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Common|Core|Base|V2)$")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"//.*\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Later();

    [GeneratedRegex("`((?:src|tests|ops|deploy|Vocabulary|Facts|Problems|Store|Web|Reports|Catalogue|Evidence|Estimation"
        + @"|Questions|Editions|Audit|Export|Access|Dashboard|Host)/[A-Za-z0-9./_-]+\.(?:cs|js|json|md|ndjson|sh|txt|yaml|conf|sql))`")]
    private static partial Regex NamedFile();
}
