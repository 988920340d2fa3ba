using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>The length of the periods of a series.</summary>
public enum Every
{
    Day = 1,

    /// <summary>Monday to Sunday, ISO 8601.</summary>
    Week = 2,

    Month = 3,

    Quarter = 4,

    Year = 5,

    /// <summary>No period: the days on which an estimate turns (<see cref="Estimation.Turns"/>).</summary>
    Change = 6,
}

/// <summary>The days of a series: the last day of every period, and the last day of the series.</summary>
public static class Periods
{
    /// <summary>The names of <see cref="Every"/>.</summary>
    public static readonly IReadOnlyList<string> Steps = [.. Enum.GetValues<Every>().Select(WordNames.Of)];

    /// <summary>The last days of the periods from that of <paramref name="from"/> on, the last one cut at <paramref name="to"/>: in
    /// order, each once, none for a <paramref name="from"/> that lies after it. Lazy, since there may be many.</summary>
    public static IEnumerable<DateOnly> Ends(DateOnly from, DateOnly to, Every every)
    {
        for (var day = from; day <= to;)
        {
            // By day number, since the last week of the year 9999 ends after DateOnly.MaxValue.
            var end = Math.Min(EndOf(day, every), to.DayNumber);
            yield return DateOnly.FromDayNumber(end);
            if (end == to.DayNumber)
            {
                yield break;
            }

            day = DateOnly.FromDayNumber(end + 1);
        }
    }

    private static int EndOf(DateOnly day, Every every) => every switch
    {
        Every.Day => day.DayNumber,
        Every.Week => day.DayNumber + ((7 - (int)day.DayOfWeek) % 7),
        Every.Month => EndOfMonth(day.Year, day.Month),
        Every.Quarter => EndOfMonth(day.Year, ((day.Month + 2) / 3) * 3),
        _ => EndOfMonth(day.Year, 12),
    };

    private static int EndOfMonth(int year, int month) => new DateOnly(year, month, DateTime.DaysInMonth(year, month)).DayNumber;
}
