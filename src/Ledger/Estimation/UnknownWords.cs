using System.Globalization;
using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>What is not known, in English sentences.</summary>
internal static class UnknownWords
{
    public static string Of(NotKnown it)
    {
        var recipient = Signals.NameAndCode(it.Recipient);
        var units = $"{it.PlatformName} of {recipient}";
        var supplier = it.Supplier is { } code ? Signals.NameAndCode(code) : "";
        return it.Kind switch
        {
            UnknownKind.OpenBound => $"Nobody has set an upper bound on the {units}: {AtLeast(it.Units)}.",
            UnknownKind.UncountedLine =>
                $"A line of {supplier} that makes {it.PlatformName} for {recipient} is said to run since about {Text(it.Since)}, "
                + "and nobody has counted what it made since.",
            UnknownKind.SilentOrder =>
                $"{Number(it.Outstanding!.Value)} {it.PlatformName} that {recipient} ordered from {supplier} are unaccounted for: "
                + $"nothing is reported to have happened since {Text(it.Since)}.",
            UnknownKind.NoNews => $"No news of the {units} since {Text(it.Since)}.",
            UnknownKind.ProvisionalPlatform =>
                $"Only reports name {it.PlatformName} as a platform of {recipient}: the catalogue does not know what it is.",
            _ when it.IsOfDeal => $"Credible reports of the {it.PlatformName} that came to {recipient} from {supplier} "
                + "contradict each other.",
            _ => $"Credible reports of what {recipient} has or lost of {it.PlatformName} contradict each other.",
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
        Add(counts.UncountedLines, "line runs uncounted", "lines run uncounted");
        Add(counts.Unaccounted, "ordered is unaccounted for", "ordered are unaccounted for");
        var holdings = $"{Number(counts.Holdings)} {(counts.Holdings == 1 ? "holding" : "holdings")}";
        var known = parts.Count == 0
            ? $"Of {holdings} none is without an upper bound, conflicted or of an unknown platform, and no order is unaccounted for"
            : $"Of {holdings} {Joined(parts)}";
        return counts.WithoutNews == 0
            ? $"{known}."
            : $"{known}; no news for {YearsInWords} years of {Number(counts.WithoutNews)}.";
    }

    private static string YearsInWords => Unknowns.YearsOfSilence == 5 ? "five" : Number(Unknowns.YearsOfSilence);

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
