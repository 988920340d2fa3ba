using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ledger.Editions;
using Ledger.Estimation;
using Ledger.Export;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Vocabulary;

namespace Ledger.Host;

/// <summary>What the API's description takes from the code, by the markers that stand for it. One that names nothing is a
/// <see cref="KeyNotFoundException"/>, so that nothing that was renamed is still described.</summary>
/// <list type="table">
/// <item><term><c>!words Kind</c></term><description>the words of a vocabulary</description></item>
/// <item><term><c>!limit NameCharacters</c></term><description>a number of <see cref="Limits"/>, or <c>Type.Name</c></description></item>
/// <item><term><c>!text</c></term><description>a text with limits in it: <c>{{ReportBytes}}</c> is 56 KB</description></item>
/// <item><term><c>!pattern</c></term><description>a pattern with words in it: <c>{ProblemSlug}</c> is any of them</description></item>
/// <item><term><c>!scope report</c></term><description>the security of an operation</description></item>
/// <item><term><c>!problem</c></term><description>an example of a problem, of its <c>kind</c></description></item>
/// </list>
internal static partial class DescriptionMarkers
{
    private static readonly Dictionary<string, IReadOnlyList<string>> s_words = new(StringComparer.Ordinal)
    {
        ["Kind"] = WordNames.Kinds,
        ["Stage"] = WordNames.Stages,
        ["Condition"] = WordNames.Conditions,
        ["Setting"] = WordNames.Settings,
        ["Milestone"] = WordNames.Milestones,
        ["Role"] = WordNames.Roles,
        ["Qualifier"] = WordNames.Qualifiers,
        ["Unit"] = WordNames.Units,
        ["RatePeriod"] = WordNames.RatePeriods,
        ["LossCause"] = WordNames.Causes,
        ["Category"] = WordNames.Categories,
        ["PlatformClass"] = WordNames.Classes,
        ["PlatformUse"] = WordNames.Uses,
        ["DealStage"] = WordNames.DealStages,
        ["FlowKind"] = WordNames.FlowKinds,
        ["SignalKind"] = WordNames.Signals,
        ["UnknownKind"] = WordNames.Unknowns,
        ["ExclusionReason"] = [.. Enum.GetValues<ExclusionReason>().Select(WordNames.Of)],
        ["SeriesStep"] = Periods.Steps,
        ["EditionState"] = JobState.All,
        ["LineStatus"] = LineStatus.All,
        ["Scope"] = Scopes.All,
        ["ProblemSlug"] = [.. ProblemKinds.All.Select(x => x.Slug)],
    };

    /// <summary>Types whose constants are limits; those of <see cref="Limits"/> need no type before their name.</summary>
    private static readonly Type[] s_limits =
        [typeof(Quantity), typeof(ItemsPerSystem), typeof(Method), typeof(Estimator), typeof(UsualTimes), typeof(CountriesQuestion),
            typeof(Slug), typeof(AnalystTables), typeof(ExportFiles)];

    /// <summary>Every marker by its tag.</summary>
    public static IReadOnlyDictionary<string, Func<JsonNode?, JsonNode>> All { get; } =
        new Dictionary<string, Func<JsonNode?, JsonNode>>(StringComparer.Ordinal)
        {
            ["!words"] = x => new JsonArray([.. s_words[Text(x)].Select(word => (JsonNode)word)]),
            ["!limit"] = x => Limit(Text(x)),
            ["!text"] = x => LimitInText().Replace(Text(x), match => InWords(match.Groups[1].Value)),
            ["!pattern"] = x => WordsInPattern().Replace(Text(x), match => string.Join('|', s_words[match.Groups[1].Value])),
            ["!scope"] = x => new JsonArray(new JsonObject { ["bearer"] = new JsonArray(Scope(Text(x))) }),
            ["!problem"] = x => Problem(x!.AsObject()),
        };

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static string Scope(string name) => Scopes.All.Contains(name) ? name : throw new KeyNotFoundException(name);

    private static long Limit(string name)
    {
        var type = typeof(Limits);
        if (name.Split('.') is [var typeName, var constant])
        {
            type = Array.Find(s_limits, x => x.Name == typeName) ?? throw new KeyNotFoundException(typeName);
            name = constant;
        }

        var field = type.GetField(name, BindingFlags.Public | BindingFlags.Static) ?? throw new KeyNotFoundException(name);
        return Convert.ToInt64(field.GetValue(null), CultureInfo.InvariantCulture);
    }

    /// <summary>A limit as people read it: bytes in KB or MB.</summary>
    private static string InWords(string name)
    {
        const long Kilobyte = 1024, Megabyte = 1024 * 1024;
        var limit = Limit(name);
        var (number, unit) = !name.Contains("Bytes", StringComparison.Ordinal) ? (limit, "")
            : limit % Megabyte == 0 ? (limit / Megabyte, " MB") : (limit / Kilobyte, " KB");
        return number.ToString("N0", CultureInfo.InvariantCulture) + unit;
    }

    private static JsonObject Problem(JsonObject example)
    {
        var slug = Text(example["kind"]);
        var kind = ProblemKinds.All.FirstOrDefault(x => x.Slug == slug) ?? throw new KeyNotFoundException(slug);
        var problem = new JsonObject
        {
            ["type"] = kind.Type,
            ["title"] = kind.Title,
            ["status"] = kind.Status,
        };
        foreach (var (member, value) in example.Where(x => x.Key != "kind"))
        {
            problem[member] = value?.DeepClone();
        }

        return problem;
    }

    [GeneratedRegex(@"\{\{([\w.]+)\}\}")]
    private static partial Regex LimitInText();

    [GeneratedRegex(@"\{([A-Za-z]\w*)\}")]
    private static partial Regex WordsInPattern();
}
