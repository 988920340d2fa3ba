using System.Globalization;
using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

/// <summary>Who writes a date in another way is told how it is written here, at the place of the first wrong character.</summary>
public class EdtfAdviceTests
{
    [Theory]
    [InlineData("2020/201X", 8, "Unknown digits cannot stand in an interval", "write 2010/2019 ")]
    [InlineData("201X/2020", 4, "Unknown digits cannot stand in an interval", "write 2010/2019 ")]
    [InlineData("20XX/2030", 4, "Unknown digits cannot stand in an interval", "write 2000/2099 ")]
    [InlineData("2021-XX/2022", 7, "Unknown digits cannot stand in an interval", "write 2021 ")]
    [InlineData("2020/2021-05-XX", 13, "Unknown digits cannot stand in an interval", "write 2021-05 ")]
    [InlineData("2020/201x", 8, "Unknown digits cannot stand in an interval", "write 2010/2019 ")]
    [InlineData("[2020..2022]", 0, "Sets are EDTF level 2", "write 2020/2022.")]
    [InlineData("{2020,2021,2023}", 0, "Sets are EDTF level 2", "write 2020/2023.")]
    [InlineData("[..2021-12]", 0, "Sets are EDTF level 2", "write ../2021-12.")]
    [InlineData("{2021..}", 0, "Sets are EDTF level 2", "write 2021/.. instead.")]
    [InlineData("201x", 3, "An unknown digit is a capital X", "write 201X.")]
    [InlineData("2021-xx", 5, "An unknown digit is a capital X", "write 2021-XX.")]
    [InlineData("199u", 3, "An unknown digit is a capital X", "write 199X.")]
    [InlineData("2020/2021/2022", 9, "An interval has two ends and one slash", "write 2020/2022.")]
    [InlineData("2021/05/06", 7, "A slash stands between the ends of an interval", "write 2021-05-06.")]
    [InlineData("2021/5/6", 6, "A slash stands between the ends of an interval", "write 2021-05-06.")]
    [InlineData("2021:05:06", 4, "separated by hyphens", "write 2021-05-06.")]
    [InlineData("2021:05:06 10:00:00", 4, "separated by hyphens", "write 2021-05-06.")]
    [InlineData("2021.05.06", 4, "separated by hyphens", "write 2021-05-06.")]
    [InlineData("20210506", 4, "separated by hyphens", "write 2021-05-06.")]
    [InlineData("2021-05-06T10:00:00Z", 10, "a day is enough", "write 2021-05-06.")]
    [InlineData("2021-05-06 10:00", 10, "a day is enough", "write 2021-05-06.")]
    [InlineData("05/06/2026", 2, "A date begins with its year", "write 2026-06-05 or 2026-05-06, whichever is meant.")]
    [InlineData("25/06/2026", 2, "A date begins with its year", "write 2026-06-25.")]
    [InlineData("06/25/2026", 2, "A date begins with its year", "write 2026-06-25.")]
    [InlineData("25.06.2026", 2, "A date begins with its year", "write 2026-06-25.")]
    [InlineData("05/2026", 2, "A date begins with its year", "write 2026-05.")]
    [InlineData("2021-5-6", 5, "have two digits", "write 2021-05-06.")]
    [InlineData("2021-05-6", 8, "have two digits", "write 2021-05-06.")]
    [InlineData("2021-25", 6, "25–41 are seasons and other parts of a year of EDTF level 2", "write 2021-21.")]
    [InlineData("2021-33", 5, "25–41 are seasons and other parts of a year of EDTF level 2", "write 2021-01/2021-03.")]
    [InlineData("2021-41", 5, "25–41 are seasons and other parts of a year of EDTF level 2", "write 2021-07/2021-12.")]
    [InlineData("2021-30", 5, "a season is 21–24 here", "here.")]
    [InlineData("2021-Q3", 5, "A quarter is an interval of months", "write 2021-07/2021-09.")]
    [InlineData("~2021", 0, "it stands at the end here", "write 2021~.")]
    [InlineData("2021?~", 5, "one sign", "write 2021%.")]
    [InlineData("2020..2022", 4, "separated by a slash", "write 2020/2022.")]
    [InlineData("2020–2022", 4, "separated by a slash", "write 2020/2022.")]
    [InlineData("2020-2022", 6, "separated by a slash", "write 2020/2022.")]
    [InlineData("2010s", 4, "A decade", "write 201X.")]
    [InlineData("circa 2021", 0, "What is approximate ends in ~", "write 2021~.")]
    [InlineData("May 2021", 0, "A month is a number", "write 2021-05.")]
    [InlineData("6 May 2021", 1, "A month is a number", "write 2021-05-06.")]
    [InlineData(" 2021-24", 0, "no white space", "write 2021-24.")]
    public void Another_way_to_write_a_date_is_refused_with_the_way_it_is_written_here(string text, int position, string why, string instead)
    {
        Assert.False(Edtf.TryParse(text, out _, out var fault));

        Assert.Equal(position, fault.Position);
        Assert.Contains(why, fault.Why, StringComparison.Ordinal);
        Assert.EndsWith(instead, instead.EndsWith('.') ? fault.Why : fault.Why[..(fault.Why.IndexOf(instead, StringComparison.Ordinal) + instead.Length)], StringComparison.Ordinal);
    }

    /// <summary>Whatever is advised is a date, or nothing is.</summary>
    [Theory]
    [InlineData("2021-13-45T10:00")]
    [InlineData("[9999-99]")]
    [InlineData("32/13/2021")]
    [InlineData("2021-02-30")]
    [InlineData("0000/201X")]
    [InlineData("20219999")]
    [InlineData("Sunday 2021")]
    [InlineData("000u")]
    [InlineData("x")]
    public void What_is_advised_is_a_date(string text)
    {
        Assert.False(Edtf.TryParse(text, out _, out var fault));
        foreach (var advised in fault.Why.Split("write ").Skip(1).Select(x => x.Split(' ')[0].TrimEnd('.')))
        {
            Assert.True(Edtf.TryParse(advised, out _, out _), fault.Why);
        }
    }

    [Theory]
    [InlineData("2021-21", "spring")]
    [InlineData("2021-24~", "winter")]
    [InlineData("2021-20", null)]
    [InlineData("2021-12", null)]
    [InlineData("2021-21/2022", null)]
    public void A_season_is_known_by_its_name(string text, string? name) => Assert.Equal(name, Edtf.SeasonOf(text)?.Name);

    [Fact]
    public void The_months_that_a_season_is_said_to_have_are_those_that_it_is_read_as()
    {
        foreach (var season in Edtf.Seasons)
        {
            Assert.True(Edtf.TryParse($"2021-{season.Code}", out var window, out _));
            Assert.Equal((season.From, season.To), (window.Earliest.ToString("MMMM", CultureInfo.InvariantCulture), window.Latest.ToString("MMMM", CultureInfo.InvariantCulture)
                + (window.Latest.Year == 2022 ? " of the next year" : "")));
        }
    }
}
