using System.Text;
using Ledger.Editions;
using Ledger.Problems;

namespace Ledger.Tests.Editions;

/// <summary>Records of the 16-column form, in every spelling. (Headers, what was asked for, damage and the 17-column form have tests of their own.)</summary>
public sealed class RegisterFileTests
{
    private static readonly string[] s_rows = [Register.Row(), Register.Row("Cote d'Ivoire", designation: "Bü-181", comments: "Worth £2 m")];

    private static readonly Encoding s_cp1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>The same two rows in every spelling that is known.</summary>
    public static TheoryData<string> Spellings => ["utf-8", "cp1252", "byte order mark", "semicolons and trailing columns", "no preamble", "windows line ends", "tabs", "no last line end",
        "commas padded by semicolons", "semicolons padded by commas", "tabs padded by semicolons", "padded by several", "utf-8 and cp1252 from line to line", "envelope", "envelope with a mark"];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_register_reads_the_same_in_every_spelling(string spelling)
    {
        var text = spelling is "no preamble" ? Register.Of(s_rows) : Register.Exported("18 May 2026", s_rows);
        var bytes = Encoding.UTF8.GetBytes(spelling switch
        {
            "semicolons and trailing columns" => Semicolons(text).Replace("\n", ";;;\n", StringComparison.Ordinal),
            "windows line ends" => text.ReplaceLineEndings("\r\n"),
            "tabs" => text.Replace(',', '\t'),
            "no last line end" => text.TrimEnd('\n'),
            "commas padded by semicolons" => text.Replace("\n", ";;;;\n", StringComparison.Ordinal),
            "semicolons padded by commas" => Semicolons(text).Replace("\n", ",,,\n", StringComparison.Ordinal),
            "tabs padded by semicolons" => text.Replace(',', '\t').Replace("\n", ";;\n", StringComparison.Ordinal),
            "padded by several" => text.Replace("\n", ",,;; ;,\n", StringComparison.Ordinal),
            _ => text,
        });
        bytes = spelling switch
        {
            "cp1252" => s_cp1252.GetBytes(text),
            "byte order mark" => [.. Encoding.UTF8.Preamble, .. bytes],
            "utf-8 and cp1252 from line to line" => [.. text.Split('\n').SelectMany((x, i) => (byte[])[.. (i % 2 == 0 ? Encoding.UTF8 : s_cp1252).GetBytes(x), (byte)'\n'])],
            "envelope" => Enveloped(bytes),
            "envelope with a mark" => [.. Encoding.UTF8.Preamble, .. Enveloped([.. Encoding.UTF8.Preamble, .. bytes])],
            _ => bytes,
        };

        var file = RegisterFile.Open(bytes);

        Assert.Equal(spelling is "no preamble" ? null : new DateOnly(2026, 5, 18), file.Generated);
        var read = ReadFile(file);
        Assert.All(read, x => Assert.Null(x.Broken));
        var first = spelling is "no preamble" ? 2 : 6;
        Assert.Equal(new RegisterRow(first, "Kyrgyzstan", "Turkiye", "Bayraktar TB2", "armed drone", "2021", false, 6, true, 4, false, "2021", "2022", "New", "A remark"), read[0].Row);
        Assert.Equal(("Bü-181", "Worth £2 m", first + 1), (read[1].Row!.Designation, read[1].Row!.Comments, read[1].Row!.Line));
        Assert.Equal(2, read.Count);
    }

    [Fact]
    public void The_encoding_of_a_line_says_nothing_about_the_next()
    {
        byte[] file = [.. Encoding.UTF8.GetBytes(Register.Of(Register.Row(designation: "Şimşek"))), .. s_cp1252.GetBytes(Register.Row(designation: "Bü-181") + "\n"),
            .. Encoding.UTF8.GetBytes(Register.Row(designation: "Kargı"))];

        Assert.Equal(["Şimşek", "Bü-181", "Kargı"], RegisterFile.ReadAll(file).Rows.Select(x => x.Designation));
    }

    [Fact]
    public void Empty_cells_at_the_end_of_a_record_are_no_padding() =>
        Assert.Equal(["Chad", "Mali"], Read("Chad,Israel,2020,,12,,Kestrel-9,UAV,0,,,New,,1,,", "Mali,Israel,2020,,12,,Kestrel-9,UAV,0,,,New,,1,,,;;,").Select(x => x.Row?.Recipient));

    [Theory]
    [InlineData("6.0", 6)]
    [InlineData("6.000", 6)]
    [InlineData("1000000.0", 1_000_000)]
    public void A_whole_number_is_read_however_a_program_wrote_it(string written, long number)
    {
        var row = Assert.Single(Read(Register.Row(year: "2019.0", ordered: written, delivered: written, years: "2021.0"))).Row!;

        Assert.Equal(("2019", number, number, "2021"), (row.YearOfOrder, row.Ordered, row.Delivered, row.FirstDelivery));
    }

    [Theory]
    [InlineData("6.5", "is no whole number of units")]
    [InlineData("1,200", "is no whole number of units")]
    [InlineData("1000001", "is more than 1000000 units")]
    [InlineData("1000001.0", "is more than 1000000 units")]
    [InlineData("-1", "is no whole number of units")]
    [InlineData(".0", "is no whole number of units")]
    public void A_number_that_is_none_is_told_as_what_it_is(string written, string why) =>
        Assert.Contains(why, Assert.Single(Read(Register.Row(ordered: $"\"{written}\""))).Broken!.Why, StringComparison.Ordinal);

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

    [Fact]
    public void A_register_in_utf_16_is_refused_as_what_it_is() => Assert.Contains("UTF-16",
        Assert.Throws<ProblemException>(() => RegisterFile.Open((byte[])[.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Register.Of(s_rows))])).Message, StringComparison.Ordinal);

    private static List<(RegisterRow? Row, BrokenRecord? Broken)> Read(params string[] rows) => ReadFile(RegisterFile.Open(Encoding.UTF8.GetBytes(Register.Of(rows))));

    /// <summary>Rows and broken records as they follow one another.</summary>
    private static List<(RegisterRow? Row, BrokenRecord? Broken)> ReadFile(RegisterFile file)
    {
        var (rows, broken) = file.ReadAll();
        return [.. rows.Select(x => (x.Line, Row: (RegisterRow?)x, Broken: (BrokenRecord?)null)).Concat(broken.Select(x => (x.Line, Row: (RegisterRow?)null, Broken: (BrokenRecord?)x)))
            .OrderBy(x => x.Line).Select(x => (x.Row, x.Broken))];
    }

    private static string Semicolons(string text) => string.Join('\n', text.Split('\n').Select(x =>
        x.Replace(";", "|", StringComparison.Ordinal).Replace(',', ';').Replace("2021| 2022", "\"2021; 2022\"", StringComparison.Ordinal)));

    private static byte[] Enveloped(byte[] csv) => Encoding.UTF8.GetBytes($$"""{ "bytes": "{{Convert.ToBase64String(csv)}}" }""");
}
