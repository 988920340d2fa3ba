using System.Globalization;
using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>An estimate in one or a few English sentences, made from its numbers alone, so that who reads them comes away no more certain
/// than the evidence.</summary>
public static class Words
{
    /// <summary>The words for a holding.</summary>
    public static string Of(HoldingEstimate estimate) => Sentences(
        new Interval(estimate.Low, estimate.Best, estimate.High), estimate.Reports, estimate.OnOrder,
        estimate.Delisted, estimate.DelistedBy is { Publisher: { } publisher } by ? (publisher, Day(by.Day)) : ("their source", ""),
        estimate.OnLoan, estimate.Conflicted ? "Sources conflict." : null);

    /// <summary>The words for a total of holdings.</summary>
    public static string Of(Total total) => Sentences(
        new Interval(total.Low, total.Best, total.High), total.Reports, total.OnOrder, total.Delisted, ("their sources", ""), total.OnLoan,
        total.Conflicted switch
        {
            0 => null,
            1 => "Of one holding sources conflict.",
            var some => $"Of {Number(some)} holdings sources conflict.",
        });

    private static string Sentences(Interval units, int reports, long onOrder, Interval delisted, (string Who, string When) by,
        Interval onLoan, string? conflict)
    {
        var sentences = new List<string>();
        var isNone = units == Interval.None;
        if (!isNone)
        {
            sentences.Add(Bounds(units));
        }
        else
        {
            sentences.Add(delisted.Best > 0 ? "None listed now." : reports > 0 ? "None, by the reports that count." : "None reported.");
        }

        if (onOrder > 0)
        {
            sentences.Add($"{Number(onOrder)} on order.");
        }

        if (delisted != Interval.None)
        {
            sentences.Add(NoLongerListed(delisted, isNone, by));
        }

        if (onLoan != Interval.None)
        {
            sentences.Add($"{Number(onLoan.Best)} more on loan{Range(onLoan)}.");
        }

        if (conflict is not null)
        {
            sentences.Add(conflict);
        }

        return string.Join(' ', sentences);
    }

    /// <summary>What is listed no more may be gone, and it may be listed under another name: beside others it must not sound like so many
    /// more.</summary>
    private static string NoLongerListed(Interval delisted, bool isNone, (string Who, string When) by) => delisted.Best switch
    {
        0 => $"{Sentence(by.Who)} stopped listing what may have been {(delisted.Hi is { } most ? $"up to {Number(most)}" : "any number")} "
            + $"more{by.When}.",
        var best when isNone => $"{Number(best)}{Range(delisted)} stood until {by.Who} stopped listing them{by.When}; "
            + "that does not say that they are gone.",
        var best => $"{Sentence(by.Who)} stopped listing {Number(best)}{Range(delisted)}{by.When}; they may be gone, "
            + "or counted here under another entry.",
    };

    private static string Bounds(Interval units) => units switch
    {
        (0, 0, null) => "None surely known; nobody has set an upper bound.",
        (var low, var best, null) when low == best => $"At least {Number(low)}; nobody has set an upper bound.",
        (0, var best, null) => $"{Number(best)} in the best reading, none of them surely known; nobody has set an upper bound.",
        (var low, var best, null) => $"At least {Number(low)}, {Number(best)} in the best reading; nobody has set an upper bound.",
        (var low, _, { } high) when low == high => $"{Number(low)}, by every reading.",
        (0, 0, { } high) => $"At most {Number(high)}, none in the best reading.",
        (0, var best, { } high) when best == high => $"At most {Number(high)}, which is the best reading.",
        (0, var best, { } high) => $"At most {Number(high)}, {Number(best)} in the best reading.",
        (var low, var best, { } high) => $"Between {Number(low)} and {Number(high)}, {Number(best)} in the best reading.",
    };

    private static string Sentence(string words) => string.Concat(words[..1].ToUpperInvariant(), words.AsSpan(1));

    private static string Day(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $" on {day:d MMMM yyyy}");

    private static string Range(Interval units) => units.Hi is { } high
        ? units.Lo == high ? "" : $" ({Number(units.Lo)} to {Number(high)})"
        : $" ({Number(units.Lo)} or more)";

    private static string Number(long units) => units.ToString("N0", CultureInfo.InvariantCulture);
}
