using System.Globalization;
using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>What is not known, in English sentences.</summary>
internal static class UnknownWords
{
    public static string Of(NotKnown it)
    {
        var recipient = Signals.NameAndCode(it.Recipient);
        var platform = InSentence(it.PlatformName);
        var units = $"{platform} of {recipient}";
        var supplier = it.Supplier is { } code ? Signals.NameAndCode(code) : "";
        return it.Kind switch
        {
            UnknownKind.OpenBound => $"Nobody has set an upper bound on {Article(it)}{units}: {AtLeast(it.Units)}.",
            UnknownKind.UncountedLine =>
                $"A line of {supplier} that makes {platform}{(it.Supplier == it.Recipient ? "" : $" for {recipient}")} has run since "
                + $"{Text(it.Since)} at the latest, and nobody has counted what it made.",
            UnknownKind.SilentOrder =>
                $"{Number(it.Outstanding!.Value)} {platform} that {recipient} ordered from {supplier} "
                + $"{(it.Outstanding == 1 ? "is" : "are")} unaccounted for: "
                + $"nothing is reported to have happened since {Text(it.Since)}.",
            UnknownKind.NoNews => $"No news of {Article(it)}{units} since {Text(it.Since)}.",
            UnknownKind.ProvisionalPlatform =>
                $"Only reports name {platform} as a platform of {recipient}: the catalogue does not know what it is.",
            _ when it.IsOfDeal => $"Credible reports contradict each other on the {platform} that came to {recipient} from {supplier}.",
            _ => $"Credible reports contradict each other on what {recipient} has, or lost, of {platform}.",
        };
    }

    /// <summary>One sentence on what is not known of a fleet.</summary>
    public static string Of(UnknownCounts counts)
    {
        if (counts.Holdings == 0)
        {
            return "No holding is reported, which is not to say that there is none.";
        }

        List<string> parts = [];
        void Add(long count, string one, string several)
        {
            if (count > 0)
            {
                parts.Add($"{Number(count)} {(count == 1 ? one : several)}");
            }
        }

        Add(counts.Open, "has no upper bound", "have no upper bound");
        Add(counts.Conflicted, "is conflicted", "are conflicted");
        Add(counts.Provisional, "is of a platform that the catalogue does not know", "are of platforms that the catalogue does not know");
        Add(counts.WithoutNews, $"is without news for {YearsInWords} years", $"are without news for {YearsInWords} years");
        Add(counts.Delisted, "is no longer listed in full by its source", "are no longer listed in full by their sources");
        var holdings = $"{Number(counts.Holdings)} {(counts.Holdings == 1 ? "holding" : "holdings")}";
        var known = parts.Count == 0 ? $"Of {holdings} nothing is open, conflicted, unknown or long without news"
            : $"Of {holdings} {Joined(parts)}";
        parts.Clear();
        Add(counts.UncountedLines, "line runs uncounted", "lines run uncounted");
        Add(counts.SilentOrders, "order is unaccounted for", "orders are unaccounted for");
        return $"{string.Join("; ", [known, .. parts])}.";
    }

    private static string YearsInWords => Unknowns.YearsOfSilence == 5 ? "five" : Number(Unknowns.YearsOfSilence);

    /// <summary>A platform that nobody named is a phrase, and no name.</summary>
    private static bool IsPhrase(string name) => name.StartsWith("Unspecified ", StringComparison.Ordinal);

    private static string InSentence(string name) => IsPhrase(name) ? $"u{name.AsSpan(1)}" : name;

    private static string Article(NotKnown it) => IsPhrase(it.PlatformName) ? "" : "the ";

    private static string Joined(List<string> parts) => parts switch
    {
        [var one] => one,
        [var one, var other] => $"{one} and {other}",
        _ => $"{string.Join(", ", parts[..^1])}, and {parts[^1]}",
    };

    private static string AtLeast(Interval units) => units switch
    {
        { Lo: 0, Best: 0 } => "none surely known",
        { Lo: 0 } => $"{Number(units.Best)} in the best reading, none of them surely known",
        _ when units.Lo == units.Best => $"at least {Number(units.Lo)}",
        _ => $"at least {Number(units.Lo)}, {Number(units.Best)} in the best reading",
    };

    private static string Text(DateOnly? day) => Rfc3339.Text(day!.Value);

    private static string Number(long units) => units.ToString("N0", CultureInfo.InvariantCulture);
}
