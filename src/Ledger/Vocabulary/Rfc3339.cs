using System.Globalization;

namespace Ledger.Vocabulary;

/// <summary>How times and days are written (RFC 3339, ISO 8601), and read.</summary>
public static class Rfc3339
{
    /// <summary>RFC 3339 in UTC, to the microsecond.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads RFC 3339: a full date, a time to the second or finer, and an offset, without which it would be anybody's time.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        var read = DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture,
            DateTimeStyles.None, out time)
            && (text.EndsWith('Z') || text[^6..] is ['+' or '-', ..])
            // A point needs a digit, which the runtime does not ask for; nor does it mind U+0000 at the end.
            && text[^1] != '\0' && !(text.IndexOf('.', StringComparison.Ordinal) is var point and >= 0 && !char.IsAsciiDigit(text[point + 1]));
        time = time.ToUniversalTime();
        return read;
    }

    /// <summary>A day, ISO 8601.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Reads a full ISO 8601 date, and nothing around it.</summary>
    public static bool TryParseDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
