using System.Globalization;
using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>An estimate in one or a few English sentences, made from its numbers alone, so that who reads them comes away no more certain
/// than the evidence.</summary>
public static class Words
{
    /// <summary>The words for a holding.</summary>
    public static string Of(HoldingEstimate estimate) => Sentences(
        new Interval(estimate.Low, estimate.Best, estimate.High), estimate.Delisted, estimate.OnLoan,
        estimate.Conflicted ? "Sources conflict." : null);

    /// <summary>The words for a total of holdings.</summary>
    public static string Of(Total total) => Sentences(
        new Interval(total.Low, total.Best, total.High), total.Delisted, total.OnLoan,
        total.Conflicted switch
        {
            0 => null,
            1 => "Of one holding sources conflict.",
            var some => $"Of {Number(some)} holdings sources conflict.",
        });

    private static string Sentences(Interval units, Interval delisted, Interval onLoan, string? conflict)
    {
        List<string> sentences = [Bounds(units)];
        if (delisted != Interval.None)
        {
            sentences.Add($"{Number(delisted.Best)} more{Range(delisted)} stood until their source stopped listing them; "
                + "that does not say that they are gone.");
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

    private static string Bounds(Interval units) => units switch
    {
        (0, 0, 0) => "None reported.",
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

    private static string Range(Interval units) => units.Hi is { } high
        ? units.Lo == high ? "" : $" ({Number(units.Lo)} to {Number(high)})"
        : $" ({Number(units.Lo)} or more)";

    private static string Number(long units) => units.ToString("N0", CultureInfo.InvariantCulture);
}
