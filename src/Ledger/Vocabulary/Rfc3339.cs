using System.Globalization;

namespace Ledger.Vocabulary;

/// <summary>Formats and parses times and days (RFC 3339, ISO 8601).</summary>
public static class Rfc3339
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>A time as RFC 3339 in UTC, to the microsecond.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Parses RFC 3339: a full date, a time to the second or finer, and an offset, which is required.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        var read = DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time)
            && (text.EndsWith('Z') || text[^6..] is ['+' or '-', ..])
            // The runtime accepts a point without digits, and U+0000 at the end.
            && text[^1] != '\0'
            && !(text.IndexOf('.', StringComparison.Ordinal) is var point and >= 0 && !char.IsAsciiDigit(text[point + 1]));
        time = time.ToUniversalTime();
        return read;
    }

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
}
