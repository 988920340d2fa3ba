using System.Globalization;
using System.Text.RegularExpressions;

namespace Ledger.Vocabulary;

/// <summary>What to write instead of a text that is no date of the supported EDTF, where it is told by its form what somebody means: other
/// levels of EDTF, other ways to write a date. Every date that it names is one.</summary>
internal static partial class EdtfAdvice
{
    /// <summary>Longest text that is looked at.</summary>
    private const int Longest = 60;

    private static readonly string[] MonthNames = CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames[..12];

    /// <summary>The first and last month that a code of EDTF level 2 stands for: quarters 33–36, thirds of a year 37–39, halves 40 and
    /// 41.</summary>
    private static readonly Dictionary<string, (int First, int Last)> Parts = new(StringComparer.Ordinal)
    {
        ["33"] = (1, 3), ["34"] = (4, 6), ["35"] = (7, 9), ["36"] = (10, 12), ["37"] = (1, 4), ["38"] = (5, 8), ["39"] = (9, 12),
        ["40"] = (1, 6), ["41"] = (7, 12),
    };

    private static readonly Func<string, string?>[] Rules =
    [
        Set, UnknownDigits, SmallX, Time, ThreeSlashes, YearLast, OtherSeparators, Short, Season, Quarter, Qualifier, Dash, Decade,
        Words, Spaces,
    ];

    /// <summary>The fault, at the same place, in the words of what somebody means; or as it is.</summary>
    public static EdtfFault Of(string text, EdtfFault fault)
    {
        if (text.Length <= Longest)
        {
            foreach (var rule in Rules)
            {
                if (rule(text) is { } why)
                {
                    return fault with { Why = why };
                }
            }
        }

        return fault;
    }

    private static string? Set(string text)
    {
        if (text is not ['[' or '{', ..])
        {
            return null;
        }

        var dates = PlainDate().Matches(text).Select(x => x.Value).ToList();
        return Sentence("Sets are EDTF level 2", dates.Count == 0 ? null
            : text.AsSpan(1).StartsWith("..") ? $"../{dates[^1]}"
            : text.AsSpan().TrimEnd("]}").EndsWith("..") ? $"{dates[0]}/.."
            : dates.Count == 1 ? dates[0] : $"{dates[0]}/{dates[^1]}");
    }

    private static string? UnknownDigits(string text)
    {
        if (!text.Contains('/', StringComparison.Ordinal)
            || UnknownDate().Match(text.Replace('x', 'X')) is not { Success: true, Value: var date } || !Edtf.IsDate(date, out var window))
        {
            return null;
        }

        // 2021-XX is 2021, 2021-05-XX is 2021-05; only a decade or century is an interval itself.
        var instead = date.IndexOf("-X", StringComparison.Ordinal) is > 0 and var at ? date[..at]
            : string.Create(CultureInfo.InvariantCulture, $"{window.Earliest.Year:0000}/{window.Latest.Year:0000}");
        return Sentence($"Unknown digits cannot stand in an interval, for {date}", instead, " alone, or the end that is meant");
    }

    private static string? SmallX(string text) => text.AsSpan().ContainsAny('x', 'u', 'U')
        ? Meant("An unknown digit is a capital X", text.Replace('x', 'X').Replace('u', 'X').Replace('U', 'X')) : null;

    private static string? Time(string text) => TimeOfDay().Match(text) is not { Success: true } match ? null
        : Sentence("A date has no time of day, a day is enough", match.Groups[1].Value);

    private static string? ThreeSlashes(string text) => text.Split('/') is not [var one, var two, var three] ? null
        : one.Length == 4 && two.Length <= 2 && three.Length <= 2 && one.Concat(two).Concat(three).All(char.IsAsciiDigit)
            ? Meant("A slash stands between the ends of an interval", $"{one}-{two.PadLeft(2, '0')}-{three.PadLeft(2, '0')}")
        : Edtf.IsDate(one, out _) && Edtf.IsDate(two, out _) && Edtf.IsDate(three, out _)
            ? Sentence("An interval has two ends and one slash", $"{one}/{three}") : null;

    private static string? YearLast(string text)
    {
        const string Why = "A date begins with its year";
        if (YearBehind().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var (one, two, year) = (match.Groups[1].Value.PadLeft(2, '0'), match.Groups[3].Value.PadLeft(2, '0'), match.Groups[4].Value);
        if (!match.Groups[3].Success)
        {
            return Meant(Why, $"{year}-{one}");
        }

        // With points the day comes first everywhere; with slashes and hyphens it does in some countries.
        var (dayFirst, monthFirst) = ($"{year}-{two}-{one}", $"{year}-{one}-{two}");
        return match.Groups[2].Value == "." || !Edtf.IsDate(monthFirst, out _) || one == two ? Meant(Why, dayFirst)
            : Edtf.IsDate(dayFirst, out _) ? $"{Why}: write {dayFirst} or {monthFirst}, whichever is meant." : Meant(Why, monthFirst);
    }

    private static string? OtherSeparators(string text) => Separated().Match(text) is { Success: true } match
        ? Meant("The parts of a date are separated by hyphens",
            string.Join('-', match.Groups.Values.Skip(1).Where(x => x.Success).Select(x => x.Value)))
        : null;

    private static string? Short(string text) => text.Split('-') is [{ Length: 4 }, ..] parts && Array.TrueForAll(parts, x => x.Length > 0)
        ? Meant("A month and a day have two digits", string.Join('-', parts.Select(x => x.PadLeft(2, '0')))) : null;

    private static string? Season(string text)
    {
        if (SeasonOfLevel2().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var (year, code) = (match.Groups[1].Value, match.Groups[2].Value);
        return Sentence("25–41 are seasons and other parts of a year of EDTF level 2, a season is 21–24 here",
            Parts.TryGetValue(code, out var months) ? MonthsOf(year, months)
            : code is "25" or "26" or "27" or "28" ? $"{year}-2{(char)(code[1] - 4)}" : null);
    }

    private static string? Quarter(string text) => QuarterOfYear().Match(text) is { Success: true } match
        ? Sentence("A quarter is an interval of months",
            MonthsOf(match.Groups[1].Value, Parts[$"3{(char)(match.Groups[2].Value[0] + 2)}"]))
        : null;

    private static string MonthsOf(string year, (int First, int Last) months) =>
        string.Create(CultureInfo.InvariantCulture, $"{year}-{months.First:00}/{year}-{months.Last:00}");

    private static string? Qualifier(string text) => text switch
    {
        ['~' or '?' or '%', ..] =>
            Meant("A qualifier before a part of a date is EDTF level 2, it stands at the end here", text[1..] + text[0]),
        [.., '?', '~'] or [.., '~', '?'] => Meant("Uncertain and approximate is one sign", $"{text[..^2]}%"),
        _ => null,
    };

    private static string? Dash(string text) => TwoDates().Match(text) is { Success: true } match
        ? Meant("The ends of an interval are separated by a slash", $"{match.Groups[1].Value}/{match.Groups[2].Value}") : null;

    private static string? Decade(string text) =>
        text is [_, _, _, '0', 's'] ? Meant("A decade is written with an unknown digit", $"{text[..3]}X") : null;

    private static string? Words(string text)
    {
        if (About().Match(text) is { Success: true } about)
        {
            return Meant("What is approximate ends in ~", $"{about.Groups[1].Value}~");
        }

        if (MonthByName().Match(text) is not { Success: true } match
            || Array.FindIndex(MonthNames, x => match.Groups[2].Value.StartsWith(x, StringComparison.OrdinalIgnoreCase))
                is not (>= 0 and var month))
        {
            return null;
        }

        var day = match.Groups[1].Success ? $"-{match.Groups[1].Value.PadLeft(2, '0')}" : "";
        return Meant("A month is a number", string.Create(CultureInfo.InvariantCulture, $"{match.Groups[3].Value}-{month + 1:00}{day}"));
    }

    private static string? Spaces(string text) => text.Any(char.IsWhiteSpace)
        ? Meant("A date has no white space", string.Concat(text.Where(x => !char.IsWhiteSpace(x)))) : null;

    /// <summary>The sentence, if what would be written instead is a date; else it is not what is meant.</summary>
    private static string? Meant(string why, string instead) => Edtf.IsDate(instead, out _) ? Sentence(why, instead) : null;

    private static string Sentence(string why, string? instead, string more = "") =>
        instead is null || !Edtf.IsDate(instead, out _) ? $"{why}."
        : $"{why}: write {instead}{(instead.EndsWith('.') ? " instead" : "")}{more}.";

    [GeneratedRegex("[0-9]{4}(-[0-9]{2}){0,2}", RegexOptions.CultureInvariant)]
    private static partial Regex PlainDate();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-XX|[0-9]{4}-XX(-XX)?|[0-9]{2}[0-9X]X", RegexOptions.CultureInvariant)]
    private static partial Regex UnknownDate();

    [GeneratedRegex(@"^([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ][0-9]{2}(:|[0-9]|Z|z|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"^([0-9]{1,2})([./-])(?:([0-9]{1,2})\2)?([0-9]{4})\z", RegexOptions.CultureInvariant)]
    private static partial Regex YearBehind();

    [GeneratedRegex(@"^([0-9]{4})[.:]?([0-9]{2})(?:[.:]?([0-9]{2}))?(?:\.?|[ T][0-9:.]+Z?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Separated();

    [GeneratedRegex(@"^([0-9]{4})-(2[5-9]|3[0-9]|4[01])[?~%]?(/|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex SeasonOfLevel2();

    [GeneratedRegex(@"^([0-9]{4})[- ]?[Qq]([1-4])\z", RegexOptions.CultureInvariant)]
    private static partial Regex QuarterOfYear();

    [GeneratedRegex(@"^([0-9]{4}(?:-[0-9]{2}){0,2}) ?(?:\.\.|[–—-]|to) ?([0-9]{4}(?:-[0-9]{2}){0,2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex TwoDates();

    [GeneratedRegex(@"^(?:circa|ca\.?|c\.?|about|around|approx\.?) ?([0-9]{4}(?:-[0-9]{2}){0,2})\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex About();

    [GeneratedRegex(@"^(?:([0-9]{1,2})\.? )?([A-Za-z]{3,9})\.? ([0-9]{4})\z", RegexOptions.CultureInvariant)]
    private static partial Regex MonthByName();
}
