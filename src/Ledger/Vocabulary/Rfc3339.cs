using System.Globalization;
using System.Text.RegularExpressions;

namespace Ledger.Vocabulary;

/// <summary>Formats and parses times and days (RFC 3339, ISO 8601).</summary>
public static partial class Rfc3339
{
    private const long MinutesOfDay = 24 * 60;

    /// <summary>Digits of a second that a tick holds.</summary>
    private const int TickDigits = 7;

    /// <summary>A time as RFC 3339 in UTC, to the microsecond.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Parses RFC 3339: a full date, <c>T</c>, a time to the second or finer, and an offset, which is required. The letters may
    /// be small, and digits of a second as many as anybody writes; what is finer than a tick is cut off. A leap second is the last tick of
    /// its minute. A space in place of the <c>T</c>, which the RFC leaves to applications, is not taken.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (Time().Match(text) is not { Success: true } parts)
        {
            return false;
        }

        int Number(string name) => int.Parse(parts.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        var (hour, minute, second) = (Number("hour"), Number("minute"), Number("second"));
        var offset = parts.Groups["sign"].Success ? new TimeSpan(Number("offsetHour"), Number("offsetMinute"), 0) : TimeSpan.Zero;
        if (!TryParseDay(parts.Groups["day"].Value, out var day) || hour > 23 || minute > 59 || second > 60
            || offset >= TimeSpan.FromDays(1) || (parts.Groups["sign"].Success && Number("offsetMinute") > 59))
        {
            return false;
        }

        var fraction = parts.Groups["fraction"].Value;
        var ticks = day.ToDateTime(new TimeOnly(hour, minute), DateTimeKind.Utc).Ticks
            + (parts.Groups["sign"].Value == "-" ? offset : -offset).Ticks;
        // Leap seconds come at the end of a day of UTC.
        if (second == 60 && ticks / TimeSpan.TicksPerMinute % MinutesOfDay != MinutesOfDay - 1)
        {
            return false;
        }

        ticks += second == 60 ? TimeSpan.TicksPerMinute - 1
            : (second * TimeSpan.TicksPerSecond)
                + (fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(TickDigits, '0')[..TickDigits], CultureInfo.InvariantCulture));
        var isInRange = ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks;
        time = isInRange ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;
        return isInRange;
    }

    /// <summary>What to write instead of a text that is no time, where that can be told; null else. A plus that was not escaped comes out
    /// of a query as a space.</summary>
    public static string? Advice(string text) => text switch
    {
        [.., ' ', _, _, ':', _, _] when TryParse($"{text[..^6]}+{text[^5..]}", out _) =>
            $"A plus in a query is a space: write %2B, as in {text[..^6]}%2B{text[^5..]}.",
        [_, _, _, _, '-', _, _, '-', _, _, ' ', ..] when TryParse($"{text[..10]}T{text[11..]}", out _) =>
            "Between the day and the time stands a T, not a space.",
        _ when TryParse($"{text}Z", out _) => "The offset is missing: Z for UTC, or such as %2B02:00.",
        _ when TryParseDay(text, out _) => $"That is a day; a time is such as {text}T00:00:00Z.",
        _ => null,
    };

    /// <summary>A day as ISO 8601.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Parses a full ISO 8601 date, a month (<c>2024-03</c>) or a year (<c>2024</c>), of which the last day is given: by then it
    /// had been said.</summary>
    public static bool TryParseLastDay(string text, out DateOnly day)
    {
        if (TryParseDay(text, out day))
        {
            return true;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
        {
            day = new DateOnly(month.Year, month.Month, DateTime.DaysInMonth(month.Year, month.Month));
            return true;
        }

        var isYear = DateOnly.TryParseExact(text, "yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var year);
        day = isYear ? new DateOnly(year.Year, 12, 31) : default;
        return isYear;
    }

    /// <summary>Parses a full ISO 8601 date, without anything before or after it.</summary>
    public static bool TryParseDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    [GeneratedRegex(@"^(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})"
        + @"(\.(?<fraction>[0-9]+))?([Zz]|(?<sign>[+-])(?<offsetHour>[0-9]{2}):(?<offsetMinute>[0-9]{2}))\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Time();
}
