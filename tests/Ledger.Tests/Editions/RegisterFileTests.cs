using System.Text;
using Ledger.Editions;
using Ledger.Problems;

namespace Ledger.Tests.Editions;

public sealed class RegisterFileTests
{
    private static readonly string[] s_rows = [Register.Row(), Register.Row("Cote d'Ivoire", designation: "Bü-181", comments: "Worth £2 m")];

    /// <summary>The same two rows in every spelling that is known.</summary>
    public static TheoryData<string> Spellings => ["utf-8", "cp1252", "byte order mark", "semicolons and trailing columns", "no preamble", "windows line ends", "tabs", "no last line end"];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_register_reads_the_same_in_every_spelling(string spelling)
    {
        var text = spelling is "no preamble" ? Register.Of(s_rows) : Register.Exported("18 May 2026", s_rows);
        var bytes = Encoding.UTF8.GetBytes(spelling switch
        {
            "semicolons and trailing columns" => string.Join('\n', text.Split('\n').Select(x =>
                x.Replace(";", "|", StringComparison.Ordinal).Replace(',', ';').Replace("2021| 2022", "\"2021; 2022\"", StringComparison.Ordinal) + ";;;")),
            "windows line ends" => text.ReplaceLineEndings("\r\n"),
            "tabs" => text.Replace(',', '\t'),
            "no last line end" => text.TrimEnd('\n'),
            _ => text,
        });
        bytes = spelling switch
        {
            "cp1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(text),
            "byte order mark" => [.. Encoding.UTF8.Preamble, .. bytes],
            _ => bytes,
        };

        var file = RegisterFile.Open(bytes);

        Assert.Equal(spelling is "no preamble" ? null : new DateOnly(2026, 5, 18), file.Generated);
        var read = file.Read().ToList();
        Assert.All(read, x => Assert.Null(x.Broken));
        var first = spelling is "no preamble" ? 2 : 6;
        Assert.Equal(new RegisterRow(first, "Kyrgyzstan", "Turkiye", "Bayraktar TB2", "armed drone", "2021", false, 6, true, 4, false, "2021", "2022", "New", "A remark"), read[0].Row);
        Assert.Equal(("Bü-181", "Worth £2 m", first + 1), (read[1].Row!.Designation, read[1].Row!.Comments, read[1].Row!.Line));
        Assert.Equal(2, read.Count);
    }

    [Fact]
    public void A_comment_with_a_line_break_that_nobody_quoted_is_one_broken_record_named_by_its_lines()
    {
        var cut = Register.Row(comments: "first half\nsecond half");

        var read = Read(Register.Row(), cut, Register.Row("Kazakhstan"));

        Assert.Equal((3, 4, (string?)null), (read[1].Broken!.Line, read[1].Broken!.LastLine, read[1].Broken!.Column));
        Assert.Equal(["Kyrgyzstan", null, "Kazakhstan"], read.Select(x => x.Row?.Recipient));
    }

    [Fact]
    public void A_comment_with_a_line_break_in_quotes_is_a_sound_row() =>
        Assert.Equal(["first half\nsecond half", "A remark"], Read(Register.Row(comments: "\"first half\nsecond half\""), Register.Row()).Select(x => x.Row?.Comments));

    [Fact]
    public void A_quote_that_is_never_closed_breaks_its_own_line_and_no_other()
    {
        var read = Read(Register.Row(), Register.Row(comments: "\"never closed"), Register.Row("Kazakhstan"), Register.Row("Uzbekistan"));

        Assert.Equal(["Kyrgyzstan", null, "Kazakhstan", "Uzbekistan"], read.Select(x => x.Row?.Recipient));
        Assert.Equal(3, read[1].Broken!.Line);
    }

    [Fact]
    public void A_quote_in_the_middle_of_a_text_is_a_quote() =>
        Assert.Equal("a 5\" gun", Read(Register.Row(comments: "a 5\" gun")).Single().Row!.Comments);

    [Fact]
    public void A_line_that_is_no_row_is_named_with_its_column_and_the_others_are_read()
    {
        var read = Read(Register.Row(ordered: "some"), Register.Row(year: "21"), Register.Row(years: "2021; soon"), Register.Row(delivered: "0"), Register.Row(yearFlag: "x"),
            Register.Row(recipient: ""), Register.Row(delivered: "1000001"), "a,b,c", Register.Row() + ",17th", ",,,,,,,,,,,,,,,", "", Register.Row("Kazakhstan"));

        Assert.Equal(["Number ordered", "Year of order", "Year(s) of delivery", "Year(s) of delivery", "flag of Year of order", "Recipient", "Number delivered", null, null],
            read.Select(x => x.Broken).Where(x => x is not null).Select(x => x!.Column));
        Assert.Equal("Kazakhstan", Assert.Single(read, x => x.Row is not null).Row!.Recipient);
        Assert.Equal(13, read[^1].Row!.Line);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a register\n1,2,3\n")]
    [InlineData("Id,Supplier,Recipient\n1,2,3\n")]
    [InlineData("Recipient,Supplier,Year of order,Deal ID\n1,2,3,4\n")]
    public void What_is_no_register_of_this_form_is_refused_as_a_whole(string text) =>
        Assert.Equal(422, Assert.Throws<ProblemException>(() => RegisterFile.Open(Encoding.UTF8.GetBytes(text))).Kind.Status);

    [Fact]
    public void A_register_in_utf_16_is_refused_as_what_it_is() => Assert.Contains("UTF-16",
        Assert.Throws<ProblemException>(() => RegisterFile.Open((byte[])[.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Register.Of(s_rows))])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Turkiye", "TUR", true)]
    [InlineData("Turkey", "TUR", true)]
    [InlineData("Cote d'Ivoire", "CIV", true)]
    [InlineData("Trinidad and Tobago", "TTO", true)]
    [InlineData("Saint Kitts and Nevis", "KNA", true)]
    [InlineData("eSwatini", "SWZ", true)]
    [InlineData("Western Sahara", "ESH", true)]
    [InlineData("Soviet Union", "SUN", true)]
    [InlineData("East Germany (GDR)", "DDR", true)]
    [InlineData("Hezbollah (Lebanon)*", "x-hezbollah", true)]
    [InlineData("NATO**", "x-nato", true)]
    [InlineData("unknown recipient(s)", "x-unknown", true)]
    [InlineData("Kosovo", "x-kosovo", true)]
    [InlineData("Ruritania", "x-ruritania", false)]
    [InlineData("**", "x-unnamed", true)]
    public void A_name_of_a_recipient_becomes_its_code(string name, string code, bool known) =>
        Assert.Equal((code, known), (RegisterNames.CodeOf(name, out var isKnown), isKnown));

    private static List<(RegisterRow? Row, BrokenRecord? Broken)> Read(params string[] rows) => [.. RegisterFile.Open(Encoding.UTF8.GetBytes(Register.Of(rows))).Read()];
}
