using System.Text;
using Ledger.Editions;

namespace Ledger.Tests.Editions;

/// <summary>The 17-column form: a row for each order and year of delivery.</summary>
public sealed class YearRowsTests
{
    private const string Header = "SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,Order date is estimate,Numbers delivered,"
        + "Numbers delivered is estimate,Delivery year,Delivery year is estimate,Status,SIPRI estimate,TIV deal unit,TIV delivery values,Local production";

    private const string Row = "900001,Israel,Chad,Kestrel-9,UAV,Aircraft,2010,No,18,Yes,2012,No,New,1,1,18,No";

    [Fact]
    public void A_row_is_read_with_its_flags()
    {
        var rows = Read(Row, "900002.0,Israel,Chad,Kestrel-9,UAV,Aircraft,2010.0,YES,6.0,no,2013.0,Yes,Second hand,1,1,18,Yes").Rows;

        Assert.Equal(new YearRow(2, "900001", "Israel", "Chad", "Kestrel-9", "UAV", "Aircraft", "2010", false, 18, true, "2012", false, "New", "No"), rows[0]);
        Assert.Equal(new YearRow(3, "900002", "Israel", "Chad", "Kestrel-9", "UAV", "Aircraft", "2010", true, 6, false, "2013", true, "Second hand", "Yes"), rows[1]);
    }

    [Fact]
    public void A_flag_that_SIPRI_left_empty_flags_nothing() =>
        Assert.Equal((false, false), (Read("32082,Israel,Chad,Kestrel-9,UAV,Aircraft,2016,No,2,,2019,,New,14,14,28,No").Rows[0].DeliveredIsUncertain,
            Read("32082,Israel,Chad,Kestrel-9,UAV,Aircraft,2016,No,2,,2019,,New,14,14,28,No").Rows[0].DeliveryYearIsUncertain));

    [Theory]
    [InlineData(0, "", "SIPRI AT Database ID", "Empty.")]
    [InlineData(0, "A-7", "SIPRI AT Database ID", "'A-7' is no number of an order, in digits alone.")]
    [InlineData(0, "6.00E+04", "SIPRI AT Database ID", "'6.00E+04' is a power of ten that a spreadsheet made of the number: its last digits are lost.")]
    [InlineData(1, "", "Supplier", "Empty.")]
    [InlineData(2, "", "Recipient", "Empty.")]
    [InlineData(3, "", "Designation", "Empty.")]
    [InlineData(3, "1-Mar", "Designation", "'1-Mar' is a date that a spreadsheet made of the name.")]
    [InlineData(3, "5.70E+07", "Designation", "'5.70E+07' is a power of ten that a spreadsheet made of the name.")]
    [InlineData(6, "10", "Order date", "'10' is no year.")]
    [InlineData(6, "Jan-10", "Order date", "'Jan-10' is a date that a spreadsheet made of the year.")]
    [InlineData(7, "?", "Order date is estimate", "'?' is neither Yes nor No.")]
    [InlineData(8, "", "Numbers delivered", "Empty.")]
    [InlineData(8, "6.5", "Numbers delivered", "'6.5' is no whole number of units, in digits alone.")]
    [InlineData(8, "1000001", "Numbers delivered", "'1000001' is more than 1000000 units.")]
    [InlineData(9, "NA", "Numbers delivered is estimate", "'NA' is neither Yes nor No.")]
    [InlineData(10, "", "Delivery year", "Empty.")]
    [InlineData(10, "2012; 2013", "Delivery year", "'2012; 2013' is no year.")]
    [InlineData(11, "TRUE", "Delivery year is estimate", "'TRUE' is neither Yes nor No.")]
    public void A_line_that_is_no_row_is_named_with_its_column(int cell, string written, string column, string why)
    {
        var cells = Row.Split(',');
        cells[cell] = written;

        var (rows, broken) = Read(Row, string.Join(',', cells), Row);

        Assert.Equal((2, 3, 3), (rows.Count, Assert.Single(broken).Line, broken[0].LastLine));
        Assert.Equal((column, why), (broken[0].Column, broken[0].Why));
        Assert.Equal((cell == 2 ? null : "Chad", cell == 1 ? null : "Israel", cell is 6 or 0 ? null : "2010", cell is 3 or 6 or 0 ? null : "Kestrel-9"),
            (broken[0].Recipient, broken[0].Supplier, broken[0].YearOfOrder, broken[0].Designation));
    }

    [Theory]
    [InlineData("900001,Israel,Chad,Kestrel-9,UAV,Aircraft,2010,No,18", "9 columns, not 17: the record is cut", "Kestrel-9")]
    [InlineData("900001,Israel,Chad,Kestrel-9, improved,UAV,Aircraft,2010,No,18,Yes,2012,No,New,1,1,18,No", "18 columns, not 17.", null)]
    [InlineData("900001,Israel,Chad,Kestrel-9,UAV,Aircraft,2010,No,18,Yes,2012,No,New,1,1,18,No,more", "18 columns, not 17.", "Kestrel-9")]
    [InlineData("900001,Israel,Chad,\"Kestrel\"-9,UAV,Aircraft,2010,No,18,Yes,2012,No,New,1,1,18,No", "Text follows a closing quote", null)]
    public void A_line_of_too_few_or_too_many_cells_is_broken_as_a_whole(string line, string why, string? designation)
    {
        var broken = Assert.Single(Read(Row, line).Broken);

        Assert.Equal((3, (string?)null), (broken.Line, broken.Column));
        Assert.Contains(why, broken.Why, StringComparison.Ordinal);
        Assert.Equal(designation, broken.Designation);
    }

    [Fact]
    public void A_padded_copy_in_cp1252_reads_the_same()
    {
        var text = $"Data generated: 3 Jan 2025 9:16:02 PM;;;\n{Header};;;\n{Row.Replace("Kestrel-9", "Bü-181", StringComparison.Ordinal)};;;\n";

        var file = RegisterFile.Open(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(text));

        Assert.Equal((RegisterForm.Years, new DateOnly(2025, 1, 3)), (file.Form, file.Generated));
        Assert.Equal(("Bü-181", "No"), (Assert.Single(file.ReadYears().Rows).Designation, file.ReadYears().Rows[0].LocalProduction));
    }

    [Fact]
    public void The_digest_of_rows_is_of_what_they_say_not_of_where_they_stand()
    {
        var other = Row.Replace("900001", "900002", StringComparison.Ordinal);

        Assert.Equal(YearRow.DigestOf(Read(Row, other).Rows), YearRow.DigestOf(Read(other, "", Row).Rows));
        Assert.NotEqual(YearRow.DigestOf(Read(Row, other).Rows), YearRow.DigestOf(Read(Row, Row).Rows));
        Assert.NotEqual(YearRow.DigestOf(Read(Row).Rows), YearRow.DigestOf(Read(Row.Replace("Yes,2012", "No,2012", StringComparison.Ordinal)).Rows));
    }

    private static (List<YearRow> Rows, List<BrokenRecord> Broken) Read(params string[] rows) => RegisterFile.Open(Encoding.UTF8.GetBytes(string.Join('\n', [Header, .. rows, ""]))).ReadYears();
}
