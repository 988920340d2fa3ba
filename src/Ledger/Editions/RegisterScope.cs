using System.Globalization;
using System.Text.RegularExpressions;

namespace Ledger.Editions;

/// <summary>What a trade register was asked for, as the first line of its preamble says it.</summary>
/// <param name="Line">Line of the file that says it; null where none does.</param>
/// <param name="Suppliers">As the line spells them; null: all.</param>
/// <param name="Recipients">As the line spells them; null: all.</param>
/// <param name="From">The first year; null: not specified.</param>
/// <param name="To">The last year; null: not specified.</param>
/// <param name="IsRangeColumn">The column of the numbers delivered is called "Deliveries in the Year Range".</param>
public sealed partial record RegisterScope(int? Line, string? Suppliers, string? Recipients, int? From, int? To, bool IsRangeColumn)
{
    /// <summary>The file says what it was asked for.</summary>
    public bool IsKnown => Line is not null || IsRangeColumn;

    /// <summary>Not the whole register: its numbers delivered refer to what was asked for alone, and what it lacks may be there all the
    /// same.</summary>
    public bool IsSelection => Suppliers is not null || Recipients is not null || From is not null || To is not null || IsRangeColumn;

    /// <summary>Years were given, and neither suppliers nor recipients.</summary>
    public bool IsYearsOnly => Suppliers is null && Recipients is null && (From is not null || To is not null);

    /// <summary>Reads the lines before the header, of which the first that says so counts.</summary>
    /// <param name="lines">Each with its number.</param>
    /// <param name="isRangeColumn">Of the header.</param>
    public static RegisterScope Of(IEnumerable<(int Number, string Text)> lines, bool isRangeColumn)
    {
        foreach (var (number, text) in lines)
        {
            var countries = Countries().Match(text);
            if (YearsOf(text) is { } years && (countries.Success || years.AreTold))
            {
                return new RegisterScope(
                    number, NamesOf(countries.Groups[1]), NamesOf(countries.Groups[2]), years.From, years.To, isRangeColumn);
            }
        }

        return new RegisterScope(null, null, null, null, null, isRangeColumn);
    }

    private static string? NamesOf(Group names) => !names.Success || All().IsMatch(names.Value) ? null : names.Value;

    /// <summary>The years of a line, whatever words are around them; one is a range of itself.</summary>
    /// <returns>Null where it speaks of deals and of no years that can be read: what was asked for is not known then.</returns>
    private static (bool AreTold, int? From, int? To)? YearsOf(string text)
    {
        if (Deals().Match(text) is not { Success: true } deals)
        {
            return (false, null, null);
        }

        var years = Year().Matches(text, deals.Index + deals.Length);
        return years.Count == 0 ? null : (true, NumberOf(years[0]), NumberOf(years[Math.Min(1, years.Count - 1)]));
    }

    private static int? NumberOf(Match year) =>
        int.TryParse(year.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"\bTransfers of major (?:conventional )?(?:arms|weapons)\b.*?\bfrom\s+(\S.*?)\s+to\s+(\S.*?)\s*"
        + @"(?:\.\s*Deals\b|[.\s"";,]*$)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Countries();

    [GeneratedRegex(@"\bDeals with (?:deliveries|orders)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Deals();

    [GeneratedRegex(@"\b(?:[0-9]{4}|not specified)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Year();

    [GeneratedRegex(@"^['""]?(?:all(?: (?:countries|states|suppliers|recipients))?|not specified)['""]?$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex All();
}
