using System.Globalization;
using CsCheck;
using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public class EdtfTests
{
    [Theory]
    [InlineData("2022", "2022-01-01", "2022-07-02", "2022-12-31")]
    [InlineData("2024", "2024-01-01", "2024-07-01", "2024-12-31")]
    [InlineData("2022-05", "2022-05-01", "2022-05-16", "2022-05-31")]
    [InlineData("2024-02", "2024-02-01", "2024-02-15", "2024-02-29")]
    [InlineData("2022-05-16", "2022-05-16", "2022-05-16", "2022-05-16")]
    [InlineData("2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29")]
    public void A_plain_date_covers_its_whole_period(string text, string earliest, string middle, string latest) =>
        Means(text, earliest, middle, latest);

    [Theory]
    [InlineData("2022?", "2022-01-01", "2022-07-02", "2022-12-31")]
    [InlineData("2022~", "2021-01-01", "2022-07-02", "2023-12-31")]
    [InlineData("2022%", "2021-01-01", "2022-07-02", "2023-12-31")]
    [InlineData("2022-05~", "2022-04-01", "2022-05-16", "2022-06-30")]
    [InlineData("2022-01~", "2021-12-01", "2022-01-14", "2022-02-28")]
    [InlineData("2022-05-16~", "2022-05-15", "2022-05-16", "2022-05-17")]
    [InlineData("2022-05-16?", "2022-05-16", "2022-05-16", "2022-05-16")]
    [InlineData("2021-21~", "2021-02-01", "2021-04-16", "2021-06-30")]
    public void Approximate_widens_by_one_unit_on_both_sides_and_uncertain_does_not(
        string text, string earliest, string middle, string latest) =>
        Means(text, earliest, middle, latest);

    [Theory]
    [InlineData("2021-21", "2021-03-01", "2021-04-15", "2021-05-31")]
    [InlineData("2021-22", "2021-06-01", "2021-07-16", "2021-08-31")]
    [InlineData("2021-23", "2021-09-01", "2021-10-16", "2021-11-30")]
    [InlineData("2021-24", "2021-12-01", "2022-01-14", "2022-02-28")]
    [InlineData("2023-24", "2023-12-01", "2024-01-15", "2024-02-29")]
    [InlineData("2021-24?", "2021-12-01", "2022-01-14", "2022-02-28")]
    public void A_season_has_three_months_and_winter_ends_in_the_next_year(string text, string earliest, string middle, string latest) =>
        Means(text, earliest, middle, latest);

    [Theory]
    [InlineData("201X", "2010-01-01", "2014-12-31", "2019-12-31")]
    [InlineData("20XX", "2000-01-01", "2049-12-31", "2099-12-31")]
    [InlineData("2021-XX", "2021-01-01", "2021-07-02", "2021-12-31")]
    [InlineData("2021-XX-XX", "2021-01-01", "2021-07-02", "2021-12-31")]
    [InlineData("2021-05-XX", "2021-05-01", "2021-05-16", "2021-05-31")]
    public void Unknown_digits_cover_all_that_they_could_be(string text, string earliest, string middle, string latest) =>
        Means(text, earliest, middle, latest);

    [Theory]
    [InlineData("2022/2023", "2022-01-01", "2022-12-31", "2023-12-31")]
    [InlineData("2021-10/2021-12-18", "2021-10-01", "2021-11-09", "2021-12-18")]
    [InlineData("2021~/2022-05?", "2020-01-01", "2021-03-16", "2022-05-31")]
    [InlineData("2021-21/2021-22~", "2021-03-01", "2021-06-15", "2021-09-30")]
    [InlineData("2021-06/2021", "2021-06-01", "2021-09-15", "2021-12-31")]
    [InlineData("2022~/2021", "2021-01-01", "2021-07-02", "2021-12-31")]
    [InlineData("2021/2021", "2021-01-01", "2021-07-02", "2021-12-31")]
    public void An_interval_runs_from_the_earliest_of_its_start_to_the_latest_of_its_end(
        string text, string earliest, string middle, string latest) =>
        Means(text, earliest, middle, latest);

    [Theory]
    [InlineData("2014/..", "2014-01-01", "2014-07-02", "2014-12-31")]
    [InlineData("2014/", "2014-01-01", "2014-07-02", "2014-12-31")]
    [InlineData("2014-05~/..", "2014-04-01", "2014-05-16", "2014-06-30")]
    [InlineData("../2021-12-18", "0001-01-01", "2021-12-18", "2021-12-18")]
    [InlineData("/2021-12", "0001-01-01", "2021-12-31", "2021-12-31")]
    [InlineData("../2021~", "0001-01-01", "2022-12-31", "2022-12-31")]
    public void An_open_end_began_within_its_start_and_an_open_start_was_over_by_its_end(
        string text, string earliest, string middle, string latest) =>
        Means(text, earliest, middle, latest);

    [Theory]
    [InlineData("9999", "9999-01-01", "9999-07-02", "9999-12-31")]
    [InlineData("9999~", "9998-01-01", "9998-12-31", "9999-12-31")]
    [InlineData("9999-12~", "9999-11-01", "9999-12-01", "9999-12-31")]
    [InlineData("9999-12-31~", "9999-12-30", "9999-12-30", "9999-12-31")]
    [InlineData("9999-24", "9999-12-01", "9999-12-16", "9999-12-31")]
    [InlineData("9999-24~", "9999-11-01", "9999-12-01", "9999-12-31")]
    [InlineData("99XX", "9900-01-01", "9949-12-31", "9999-12-31")]
    [InlineData("0001~", "0001-01-01", "0001-12-31", "0002-12-31")]
    [InlineData("0001-01~", "0001-01-01", "0001-01-30", "0001-02-28")]
    [InlineData("0001-01-01~", "0001-01-01", "0001-01-01", "0001-01-02")]
    [InlineData("000X", "0001-01-01", "0005-07-02", "0009-12-31")]
    public void Windows_are_cut_at_the_years_1_and_9999(string text, string earliest, string middle, string latest) =>
        Means(text, earliest, middle, latest);

    [Theory]
    [InlineData("", 0)]
    [InlineData("202", 3)]
    [InlineData(" 2022", 0)]
    [InlineData("2022 ", 4)]
    [InlineData("-2022", 0)]
    [InlineData("Y20220", 0)]
    [InlineData("20220", 4)]
    [InlineData("٢٠٢٢", 0)]
    [InlineData("0000", 3)]
    [InlineData("2022-", 5)]
    [InlineData("2022-5", 5)]
    [InlineData("2022-00", 6)]
    [InlineData("2022-13", 6)]
    [InlineData("2022-20", 6)]
    [InlineData("2022-25", 6)]
    [InlineData("2022-30", 5)]
    [InlineData("2022-05-", 8)]
    [InlineData("2022-05-00", 9)]
    [InlineData("2022-05-32", 9)]
    [InlineData("2022-04-31", 9)]
    [InlineData("2022-02-29", 9)]
    [InlineData("1900-02-29", 9)]
    [InlineData("2022-02-30", 8)]
    [InlineData("2022-05-40", 8)]
    [InlineData("2022-05-16T10:00", 10)]
    [InlineData("2022-21-05", 7)]
    [InlineData("2022??", 5)]
    [InlineData("?2022", 0)]
    [InlineData("2022?-05", 5)]
    [InlineData("2XXX", 1)]
    [InlineData("20X1", 3)]
    [InlineData("201x", 3)]
    [InlineData("201X?", 4)]
    [InlineData("201X-05", 4)]
    [InlineData("201X/2022", 4)]
    [InlineData("2022/203X", 8)]
    [InlineData("2022/2023-XX", 10)]
    [InlineData("2021-XX~", 7)]
    [InlineData("2021-XX-05", 8)]
    [InlineData("2021-1X", 6)]
    [InlineData("2021-X1", 6)]
    [InlineData("2021-05-1X", 9)]
    [InlineData("2021-05-XX?", 10)]
    [InlineData("2022/2021", 5)]
    [InlineData("2022-05/2022-04", 8)]
    [InlineData("2022/2023/2024", 9)]
    [InlineData("2022//", 5)]
    [InlineData("2022/.", 6)]
    [InlineData("2022/...", 7)]
    [InlineData("../..", 3)]
    [InlineData("/", 1)]
    [InlineData("../", 3)]
    [InlineData("/..", 1)]
    [InlineData("..", 2)]
    [InlineData(".", 1)]
    [InlineData("..?/2022", 2)]
    public void Anything_else_is_refused_at_the_first_wrong_character(string text, int position)
    {
        Assert.False(Edtf.TryParse(text, out var window, out var fault));
        Assert.Equal(position, fault.Position);
        Assert.NotEmpty(fault.Why);
        Assert.Equal(default, window);
    }

    [Fact]
    public void No_text_breaks_the_reader_and_a_fault_lies_where_a_right_beginning_ends()
    {
        const string letters = "0129X-/.?~%";
        Gen.Char[letters].Array[0, 12].Select(characters => new string(characters)).Sample(text =>
        {
            if (Edtf.TryParse(text, out var window, out var fault))
            {
                Assert.True(window.Earliest <= window.Middle && window.Middle <= window.Latest, text);
            }
            else
            {
                Assert.InRange(fault.Position, 0, text.Length);
            }
        }, iter: 20_000);
    }

    private static void Means(string text, string earliest, string middle, string latest)
    {
        Assert.True(Edtf.TryParse(text, out var window, out var fault), fault.ToString());
        Assert.Equal(new Window(Day(earliest), Day(middle), Day(latest)), window);
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
