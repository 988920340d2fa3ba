using System.Diagnostics.CodeAnalysis;

namespace Ledger.Vocabulary;

/// <summary>Why a text is no date of the ledger's subset of EDTF.</summary>
/// <param name="Position">0-based index of the first wrong character: the first at which no continuation could make the text right.
/// Equal to the text's length where it ends too early; where an interval is empty, the index at which its end begins.</param>
/// <param name="Why">A sentence for people, which says what is allowed there.</param>
public readonly record struct EdtfFault(int Position, string Why)
{
    /// <summary>The fault as a client is told it, with the character's number from 1.</summary>
    public string Words => $"Not a date of the supported EDTF: {Why} (at character {Position + 1}).";
}

/// <summary>Imprecise dates (EDTF, ISO 8601-2), exactly the subset that DOMAIN.md (Imprecise dates) declares. ASCII only, no white space.
/// <list type="bullet">
/// <item>Dates <c>2022</c>, <c>2022-05</c>, <c>2022-05-16</c> of the proleptic Gregorian calendar, years 0001–9999;
/// seasons <c>2021-21</c> (March–May) to <c>2021-24</c> (December–February of the next year). Each may end in <c>?</c>,
/// <c>~</c> or <c>%</c>.</item>
/// <item>Intervals <c>A/B</c> of these, and open ones <c>A/..</c>, <c>A/</c>, <c>../B</c>, <c>/B</c>. Both ends open is refused.
/// So is an empty interval: one whose end is over (at its latest) before its start begins (at its earliest);
/// <c>2021-06/2021</c> is not empty.</item>
/// <item>Unknown digits only as <c>201X</c>, <c>20XX</c>, <c>2021-XX</c>, <c>2021-XX-XX</c>, <c>2021-05-XX</c>: they take no qualifier, and
/// no part in an interval (in EDTF that is level 2; an interval already says that the day is unknown).
/// The year 0 within <c>000X</c> and <c>00XX</c> is cut off.</item>
/// </list></summary>
public static class Edtf
{
    /// <summary>Reads a text into the days that it may mean (DOMAIN.md, Imprecise dates). <c>~</c> and <c>%</c> widen a date by one unit of
    /// its own precision on both sides (a season by a month), <c>?</c> does not; what would lie outside the years 0001–9999 is cut.
    /// The middle is the earliest day plus half of the days to the latest, rounded down, of an interval as a whole; an open end has
    /// the window of its start, an open start has earliest 0001-01-01 and its middle at its latest.</summary>
    /// <returns>Whether the text is such a date; if not, <paramref name="fault"/> has the position of the first wrong character.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Window window, out EdtfFault fault)
    {
        var reader = new Reader(text ?? "");
        var isDate = reader.TryWindow(out var read);
        window = isDate ? read : default;
        fault = isDate ? default : EdtfAdvice.Of(text ?? "", reader.Fault);
        return isDate;
    }

    /// <summary>Whether a text is such a date, without the words of why not.</summary>
    internal static bool IsDate(string text, out Window window) => new Reader(text).TryWindow(out window);

    /// <summary>The season that a text names alone (21–24); null where it names none.</summary>
    public static Season? SeasonOf(string text) => text.TrimEnd('?', '~', '%') is { Length: 7 } date
        && Seasons.FirstOrDefault(x => x.Code == date[5..]) is { } season && IsDate(text, out _) ? season : null;

    /// <summary>The seasons: months of the north, the winter until the next year. Other libraries take the codes for
    /// quarters.</summary>
    public static readonly IReadOnlyList<Season> Seasons =
    [
        new("21", "spring", 3), new("22", "summer", 6), new("23", "autumn", 9), new("24", "winter", 12),
    ];

    // Day numbers as of DateOnly.DayNumber, within its range.
    private readonly record struct Days(int First, int Last)
    {
        public Window ToWindow() => new(Day(First), Day(First + (Last - First) / 2), Day(Last));

        public static DateOnly Day(int number) => DateOnly.FromDayNumber(number);
    }

    private ref struct Reader(ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private int _at;
        private bool _inInterval;
        private bool _hasUnknownDigits;

        public EdtfFault Fault { get; private set; }

        private readonly char Next => _at < _text.Length ? _text[_at] : '\0';

        private readonly bool AtUnknownDigit => Next == 'X' && !_inInterval;

        public bool TryWindow(out Window window)
        {
            if (Next is '.' or '/')
            {
                return TryOpenStart(out window);
            }

            window = default;
            if (!TryDate(out var start))
            {
                return false;
            }

            if (Next == '/' && !_hasUnknownDigits)
            {
                return TryEnd(start, out window);
            }

            window = start.ToWindow();
            return TryFinish();
        }

        private bool TryEnd(Days start, out Window window)
        {
            SkipSlash();
            window = start.ToWindow();
            if (_at == _text.Length)
            {
                return true;
            }

            if (Next == '.')
            {
                return TryDots() && TryFinish();
            }

            var endsAt = _at;
            if (!TryDate(out var end) || !TryFinish())
            {
                return false;
            }

            if (end.Last < start.First)
            {
                return Wrong("The interval is empty: its end is over before its start begins.", endsAt);
            }

            window = new Days(start.First, end.Last).ToWindow();
            return true;
        }

        private bool TryOpenStart(out Window window)
        {
            window = default;
            if (Next == '.' && !TryDots())
            {
                return false;
            }

            if (Next != '/')
            {
                return Wrong("An open start is followed by / and a date.");
            }

            SkipSlash();
            if (_at == _text.Length || Next == '.')
            {
                return Wrong("One end of an interval needs a date.");
            }

            if (!TryDate(out var end))
            {
                return false;
            }

            window = new Window(DateOnly.MinValue, Days.Day(end.Last), Days.Day(end.Last));
            return TryFinish();
        }

        private void SkipSlash()
        {
            _at++;
            _inInterval = true;
        }

        private bool TryDots()
        {
            for (var dot = 0; dot < 2; dot++)
            {
                if (Next != '.')
                {
                    return Wrong("An open end is two dots or nothing.");
                }

                _at++;
            }

            return true;
        }

        private bool TryFinish() =>
            _at == _text.Length || Wrong(_hasUnknownDigits ? "Nothing may follow unknown digits." : "The date should end here.");

        private bool TryDate(out Days days)
        {
            days = default;
            if (!TryYear(out var year, out var years))
            {
                return false;
            }

            if (_hasUnknownDigits)
            {
                return Spanning(Months(year, 1), 12 * years, out days);
            }

            if (Next != '-')
            {
                return TryQualified(Months(year, 1), 12, unit: 12, out days);
            }

            _at++;
            if (AtUnknownDigit)
            {
                return TryUnknownMonth(year, out days);
            }

            if (!TryMonth(out var month))
            {
                return false;
            }

            if (month > 12)
            {
                return TryQualified(Months(year, Seasons[month - 21].FirstMonth), Season.Months, unit: 1, out days);
            }

            if (Next != '-')
            {
                return TryQualified(Months(year, month), 1, unit: 1, out days);
            }

            _at++;
            if (AtUnknownDigit)
            {
                return TryUnknown() && Spanning(Months(year, month), 1, out days);
            }

            return TryDay(year, month, out days);
        }

        /// <summary>The first year, and the number of years: 1; with unknown digits 10 or 100.</summary>
        private bool TryYear(out int year, out int years)
        {
            year = 0;
            years = 1;
            for (var digit = 0; digit < 4; digit++)
            {
                if (digit >= 2 && AtUnknownDigit)
                {
                    _hasUnknownDigits = true;
                    years *= 10;
                    year *= 10;
                    _at++;
                    continue;
                }

                if (_hasUnknownDigits)
                {
                    return Wrong("After an unknown digit of a year only X may stand.");
                }

                if (!char.IsAsciiDigit(Next))
                {
                    return Wrong("A year has four digits.");
                }

                if (digit == 3 && year == 0 && Next == '0')
                {
                    return Wrong("There is no year 0000.");
                }

                year = year * 10 + (Next - '0');
                _at++;
            }

            return true;
        }

        private bool TryMonth(out int month)
        {
            month = 0;
            if (Next is not ('0' or '1' or '2'))
            {
                return Wrong("A month is 01–12, a season 21–24.");
            }

            var tens = Next - '0';
            _at++;
            var (least, most) = tens switch { 0 => ('1', '9'), 1 => ('0', '2'), _ => ('1', '4') };
            if (Next < least || Next > most)
            {
                return Wrong("A month is 01–12, a season 21–24.");
            }

            month = 10 * tens + (Next - '0');
            _at++;
            return true;
        }

        private bool TryDay(int year, int month, out Days days)
        {
            days = default;
            var length = DateTime.DaysInMonth(year, month);
            var tens = Next - '0';
            if (!char.IsAsciiDigit(Next) || tens > length / 10)
            {
                return Wrong($"A day of this month is 01–{length}.");
            }

            _at++;
            var day = 10 * tens + (Next - '0');
            if (!char.IsAsciiDigit(Next) || day < 1 || day > length)
            {
                return Wrong($"A day of this month is 01–{length}.");
            }

            _at++;
            var number = new DateOnly(year, month, day).DayNumber;
            var widening = TakeQualifier() ? 1 : 0;
            days = new Days(
                Math.Max(number - widening, DateOnly.MinValue.DayNumber), Math.Min(number + widening, DateOnly.MaxValue.DayNumber));
            return true;
        }

        private bool TryUnknownMonth(int year, out Days days)
        {
            days = default;
            if (!TryUnknown())
            {
                return false;
            }

            if (Next != '-')
            {
                return Spanning(Months(year, 1), 12, out days);
            }

            _at++;
            return TryUnknown() && Spanning(Months(year, 1), 12, out days);
        }

        private bool TryUnknown()
        {
            for (var digit = 0; digit < 2; digit++)
            {
                if (Next != 'X')
                {
                    return Wrong("Unknown digits of a month or day are XX, and in an unknown month no day is known.");
                }

                _at++;
            }

            return _hasUnknownDigits = true;
        }

        private bool TryQualified(int firstMonth, int months, int unit, out Days days)
        {
            var widening = TakeQualifier() ? unit : 0;
            return Spanning(firstMonth - widening, months + 2 * widening, out days);
        }

        /// <summary>Skips a qualifier, if there is one.</summary>
        /// <returns>Whether it widens.</returns>
        private bool TakeQualifier()
        {
            var qualifier = Next;
            if (qualifier is '?' or '~' or '%')
            {
                _at++;
            }

            return qualifier is '~' or '%';
        }

        // Months counted from January of year 0, so that seasons and widening may cross years and leave the calendar's range.
        private static int Months(int year, int month) => 12 * year + month - 1;

        private static bool Spanning(int firstMonth, int months, out Days days)
        {
            days = new Days(FirstDay(firstMonth), LastDayBefore(firstMonth + months));
            return true;
        }

        private static int FirstDay(int month) =>
            month < 12 ? DateOnly.MinValue.DayNumber : new DateOnly(month / 12, month % 12 + 1, 1).DayNumber;

        private static int LastDayBefore(int month) => month >= 12 * 10_000 ? DateOnly.MaxValue.DayNumber : FirstDay(month) - 1;

        private bool Wrong(string why, int? at = null)
        {
            Fault = new EdtfFault(at ?? _at, why);
            return false;
        }
    }
}
