using System.Text.RegularExpressions;

namespace Ledger.Tests.Host;

/// <summary>What a query of Prometheus speaks of: enough of the language for the queries of ops/.</summary>
/// <param name="Metrics">Names of metrics, each with the labels by which it is chosen.</param>
/// <param name="Labels">Labels by which is grouped or matched.</param>
internal sealed partial record PromQuery(IReadOnlyList<(string Metric, IReadOnlyList<string> Labels)> Metrics, IReadOnlyList<string> Labels)
{
    private static readonly HashSet<string> Words = ["and", "or", "unless", "by", "without", "on", "ignoring", "offset", "bool", "group_left", "group_right"];

    public static PromQuery Of(string text)
    {
        text = Variable().Replace(Quoted().Replace(text, "\"\""), "5m");
        var grouped = new List<string>();
        text = Grouping().Replace(text, match =>
        {
            grouped.AddRange(Listed(match.Groups[1].Value));
            return " ";
        });
        var metrics = new List<(string, IReadOnlyList<string>)>();
        foreach (Match name in Selector().Matches(Duration().Replace(text, "")))
        {
            // What is followed by a parenthesis is a function.
            if (!Words.Contains(name.Groups[1].Value) && name.Groups[3].Length == 0)
            {
                metrics.Add((name.Groups[1].Value, [.. Matcher().Matches(name.Groups[2].Value).Select(x => x.Groups[1].Value)]));
            }
        }

        return new(metrics, grouped);
    }

    private static string[] Listed(string labels) => labels.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    /// <summary>Grafana's own, always a duration in ours.</summary>
    [GeneratedRegex(@"\$__\w+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^\]]*\]|\b\d+[smhd](?:\d+[smhd])*\b")]
    private static partial Regex Duration();

    [GeneratedRegex(@"\b([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{[^}]*\})?\s*(\(?)")]
    private static partial Regex Selector();

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();
}
