using System.Text;
using Ledger.Editions;

namespace Ledger.Tests.Editions;

/// <summary>What copies do to a register: spreadsheets that take names for dates and numbers, and records that a line break has cut. Each is a broken record, named by its lines, which says as much of
/// its order as is certain.</summary>
public sealed class RegisterDamageTests
{
    [Theory]
    [InlineData("1-Mar", "is a date that a spreadsheet made of the name.")]
    [InlineData("12-APR", "is a date that a spreadsheet made of the name.")]
    [InlineData("Mar-21", "is a date that a spreadsheet made of the name.")]
    [InlineData("sep-05", "is a date that a spreadsheet made of the name.")]
    [InlineData("5.70E+07", "is a power of ten that a spreadsheet made of the name.")]
    [InlineData("5e+7", "is a power of ten that a spreadsheet made of the name.")]
    [InlineData("5.7e+07", "is a power of ten that a spreadsheet made of the name.")]
    [InlineData("#NAME?", "is what a spreadsheet shows where it cannot show the name.")]
    public void A_name_that_a_spreadsheet_damaged_breaks_the_record(string designation, string why)
    {
        var broken = Assert.Single(ReadAll(Register.Row(designation: designation)).Broken);

        Assert.Equal(new BrokenRecord(2, 2, "Weapon designation", $"'{designation}' {why}") { Recipient = "Kyrgyzstan", Supplier = "Turkiye", YearOfOrder = "2021" }, broken);
    }

    [Theory]
    [InlineData("APR-1")]
    [InlineData("MAR-1")]
    [InlineData("57E6")]
    [InlineData("Mar-210")]
    [InlineData("1-May-")]
    [InlineData("100-Mar")]
    [InlineData("10E+7")]
    [InlineData("2-1E")]
    [InlineData("5-Mars")]
    public void Names_that_look_like_it_are_names(string designation) => Assert.Equal(designation, Assert.Single(ReadAll(Register.Row(designation: designation)).Rows).Designation);

    [Theory]
    [InlineData("Jan-21", "6", "2021", "Year of order", "'Jan-21' is a date that a spreadsheet made of the year.")]
    [InlineData("2021-01-01 00:00:00", "6", "2021", "Year of order", "'2021-01-01 00:00:00' is a date that a spreadsheet made of the year.")]
    [InlineData("13/07/1905", "6", "2021", "Year of order", "'13/07/1905' is a date that a spreadsheet made of the year.")]
    [InlineData("2.02E+03", "6", "2021", "Year of order", "'2.02E+03' is a power of ten that a spreadsheet made of the year: its last digits are lost.")]
    [InlineData("2021", "1-Mar", "2021", "Number ordered", "'1-Mar' is a date that a spreadsheet made of the number.")]
    [InlineData("2021", "1.20E+03", "2021", "Number ordered", "'1.20E+03' is a power of ten that a spreadsheet made of the number: its last digits are lost.")]
    [InlineData("2021", "###", "2021", "Number ordered", "'###' is what a spreadsheet shows where it cannot show the number.")]
    [InlineData("2021", "6", "13-Jul-05", "Year(s) of delivery", "'13-Jul-05' is a date that a spreadsheet made of the years.")]
    [InlineData("2021", "6", "2021-2023", "Year(s) of delivery", "'2021-2023' is no list of years, such as 2021; 2022.")]
    public void Years_and_numbers_that_a_spreadsheet_damaged_are_told_as_such(string year, string ordered, string years, string column, string why)
    {
        var broken = Assert.Single(ReadAll(Register.Row(year: year, ordered: ordered, years: years)).Broken);

        Assert.Equal((column, why), (broken.Column, broken.Why));
        Assert.Equal(("Kyrgyzstan", "Turkiye", year == "2021" ? "2021" : null), (broken.Recipient, broken.Supplier, broken.YearOfOrder));
    }

    /// <summary>Excel pads every line to the columns of the longest, and the first half then looks sound.</summary>
    [Theory]
    [InlineData("Samoa,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use,,,", ",1,7,7,,,,,,,,,,,,", "Kestrel-9")]
    [InlineData("Samoa,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use,,,", "\"\",1,7,7,,,,,,,,,,,,", "Kestrel-9")]
    [InlineData("Samoa,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use,,,", ",,,,,,,,,,,,,,,\n\n,1,7,7,,,,,,,,,,,,", "Kestrel-9")]
    [InlineData("Samoa,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use,,,", ",and rescue,1,7,7,,,,,,,,,,,", "Kestrel-9")]
    [InlineData("Samoa,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use,,,", "and rescue,1,7,7,,,,,,,,,,,,", "Kestrel-9")]
    [InlineData("Samoa,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use,,,;;", "and rescue,1,7,7,,,,,,,,,,,,;;", "Kestrel-9")]
    [InlineData("Samoa,Israel,2019,,7,,Kes,,,,,,,,,", "trel-9,UAV,7,,2020,New,For coastal use,1,7,7,,,,,,", null)]
    [InlineData("Samoa,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use", "and rescue,1,7,7", "Kestrel-9")]
    [InlineData("Samoa,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use", ",1,7,7", "Kestrel-9")]
    [InlineData("Samoa,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,\"For coastal use\",1,7,7", ",,and rescue", "Kestrel-9")]
    [InlineData("Samoa,Israel,2019,,7,,Kes", "trel-9,UAV,7,,2020,New,For coastal use,1,7,7", null)]
    public void A_record_cut_by_a_line_break_is_one_broken_record_also_where_padding_filled_it(string first, string rest, string? designation)
    {
        var (rows, broken) = ReadAll(Register.Row("Fiji"), first, rest, Register.Row("Chad"));

        Assert.Equal(["Fiji", "Chad"], rows.Select(x => x.Recipient));
        var one = Assert.Single(broken);
        Assert.Equal((3, 3 + rest.Split('\n').Length, (string?)null), (one.Line, one.LastLine, one.Column));
        Assert.Equal(("Samoa", "Israel", "2019", designation), (one.Recipient, one.Supplier, one.YearOfOrder, one.Designation));
    }

    [Fact]
    public void A_record_that_lacks_nothing_but_its_first_cell_is_one_of_its_own()
    {
        var (rows, broken) = ReadAll(Register.Row("Fiji"), Register.Row(recipient: ""), Register.Row("Chad"));

        Assert.Equal(["Fiji", "Chad"], rows.Select(x => x.Recipient));
        Assert.Equal((3, "Recipient", "Empty.", null, "Turkiye"), (Assert.Single(broken).Line, broken[0].Column, broken[0].Why, broken[0].Recipient, broken[0].Supplier));
    }

    [Fact]
    public void Two_records_without_their_last_numbers_are_two_records() =>
        Assert.Equal(2, ReadAll("Fiji,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use,,,", "Chad,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use,,,").Rows.Count);

    /// <summary>White space of other kinds, which is trimmed too.</summary>
    [Theory]
    [InlineData("\u00A0")]
    [InlineData(",\u00A0,,")]
    [InlineData("\u2003;;")]
    public void A_line_of_nothing_is_no_rest_of_a_record(string blank) =>
        Assert.Equal(3, ReadAll(Register.Row("Fiji"), "Mali,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,For coastal use,,,", blank, Register.Row("Chad")).Rows.Count);

    /// <summary>Each damage leaves so much of the record that is certain, and never a guess.</summary>
    [Theory]
    [InlineData("Chad,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,one, two,1,7,7", "Chad", "Israel", "2019", "Kestrel-9")]
    [InlineData("Congo, DR,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,,1,7,7", null, null, null, null)]
    [InlineData("Chad,Israel,2019,,7,,MIM-23, improved,SAM,7,,2020,New,,1,7,7", "Chad", "Israel", "2019", null)]
    [InlineData("Chad,Israel,2019,,7,,\"Kestrel\" 9,UAV,7,,2020,New,,1,7,7", "Chad", "Israel", "2019", null)]
    [InlineData("Chad,Israel,2019,,7,,Kestrel-9,UAV,7,,2020,New,\"never closed,1,7,7", "Chad", "Israel", "2019", "Kestrel-9")]
    [InlineData("\"Chad\",\"Israel\",2019,,7,,\"Kestrel \"\"9\"\"\",UAV,7,,2020,New,\"closed\" and more,1,7,7", "Chad", "Israel", "2019", "Kestrel \"9\"")]
    [InlineData("Chad,Israel,20", "Chad", "Israel", null, null)]
    [InlineData("Chad,Isr", "Chad", null, null, null)]
    [InlineData("and more,1,7,7", null, null, null, null)]
    [InlineData("Chad", null, null, null, null)]
    [InlineData("Ruritania,Israel,21,,7,,Kestrel-9,UAV,7,,2020,New,,1,7,7", null, "Israel", null, null)]
    public void A_broken_record_says_what_is_certain_of_its_order(string line, string? recipient, string? supplier, string? year, string? designation)
    {
        var broken = Assert.Single(ReadAll(Register.Row(), line).Broken);

        Assert.Equal((3, recipient, supplier, year, designation), (broken.Line, broken.Recipient, broken.Supplier, broken.YearOfOrder, broken.Designation));
    }

    private static (List<RegisterRow> Rows, List<BrokenRecord> Broken) ReadAll(params string[] rows) => RegisterFile.ReadAll(Encoding.UTF8.GetBytes(Register.Of(rows)));
}
