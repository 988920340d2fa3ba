using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>The days on which a source can have published something (DOMAIN.md, Fields of every report): a typing error of a century would
/// otherwise be believed for ever, or never be seen.</summary>
public static class PublishedDays
{
    /// <summary>The first of them.</summary>
    public static readonly DateOnly First = new(1900, 1, 1);

    private const string Key = "lastPublished";

    /// <summary>The last of them: tomorrow in UTC, which is today somewhere.</summary>
    public static DateOnly LastAt(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime).AddDays(1);

    /// <summary>Puts the last day into the data of a validation.</summary>
    public static void Put(IDictionary<string, object> data, DateOnly last) => data[Key] = last;

    /// <summary>The last day from the data of a validation.</summary>
    /// <exception cref="KeyNotFoundException">Nobody put it there.</exception>
    public static DateOnly LastOf(IDictionary<string, object> data) => (DateOnly)data[Key];

    /// <summary>The code and the sentence of why a text is not such a day, month or year; null where it is. A month or year counts as soon
    /// as it has begun.</summary>
    /// <param name="text">The text.</param>
    /// <param name="last">The last day.</param>
    public static (string Code, string Why)? WhyNot(string text, DateOnly last)
    {
        if (!Rfc3339.TryParseLastDay(text, out var until))
        {
            return ("date", "Not a date: YYYY-MM-DD, a day that exists, or YYYY-MM or YYYY where no more is known.");
        }

        var from = text.Length switch
        {
            4 => new DateOnly(until.Year, 1, 1),
            7 => new DateOnly(until.Year, until.Month, 1),
            _ => until,
        };
        return from >= First && from <= last ? null
            : ("outOfRange", (from > last ? "Published in the future: a" : $"Published before {First.Year}: a")
                + $" source has published it between {First.Year} and tomorrow, {Rfc3339.Text(last)} in UTC. "
                + "Where its day is not known, leave the member out.");
    }
}
