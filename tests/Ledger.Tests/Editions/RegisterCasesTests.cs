using Ledger.Editions;
using Ledger.Problems;

namespace Ledger.Tests.Editions;

/// <summary>Files that failed in the field, with rows of our own.</summary>
public sealed class RegisterCasesTests
{
    /// <summary>The content of a case.</summary>
    internal static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(TidyTests.Root, "tests", "Ledger.Tests", "Editions", "cases", name));

    [Theory]
    [InlineData("broken_1_sound.csv", 5, "")]
    [InlineData("broken_2_cut_record.csv", 4, "5-6")]
    [InlineData("sipri_comma_padded_semicolons.csv", 2, "")]
    [InlineData("sipri_excel_1_sound.csv", 2, "")]
    [InlineData("sipri_excel_2_resaved.csv", 0, "3-3 4-4")]
    [InlineData("sipri_homonyms.csv", 4, "")]
    [InlineData("sipri_names.csv", 102, "")]
    [InlineData("sipri_pairs_1.csv", 2, "")]
    [InlineData("sipri_pairs_2.csv", 2, "")]
    [InlineData("sipri_quotes.csv", 7, "7-7 8-8")]
    [InlineData("sipri_r_na.csv", 0, "2-2")]
    [InlineData("sipri_selection_2025-02-04.csv", 2, "")]
    [InlineData("sipri_whole_2025-01-03.csv", 3, "")]
    [InlineData("sipri_backend_answer.json", 3, "")]
    public void Rows_and_the_lines_of_broken_records(string name, int count, string lines)
    {
        var (rows, broken) = RegisterFile.ReadAll(Read(name));

        Assert.Equal((count, lines), (rows.Count, string.Join(' ', broken.Select(x => $"{x.Line}-{x.LastLine}"))));
    }

    [Fact]
    public void SIPRIs_own_answer_is_the_file_that_it_holds() =>
        Assert.Equal(RegisterFile.ReadAll(Read("sipri_whole_2025-01-03.csv")).Rows, RegisterFile.ReadAll(Read("sipri_backend_answer.json")).Rows);

    [Fact]
    public void The_selection_says_in_its_first_line_that_it_is_one() =>
        Assert.Equal((1, true, true), (RegisterFile.Open(Read("sipri_selection_2025-02-04.csv")).Scope is var scope ? scope.Line : null, scope.IsSelection, scope.IsYearsOnly));

    [Fact]
    public void The_17_column_form_is_read()
    {
        var file = RegisterFile.Open(Read("sipri_17col.csv"));

        Assert.Equal((RegisterForm.Years, 2000, 2030), (file.Form, file.Scope.From, file.Scope.To));
        Assert.Equal([(5, "900001", 18L, "2012"), (6, "900001", 12L, "2011")], file.ReadYears().Rows.Select(x => (x.Line, x.Number, x.Delivered, x.DeliveryYear)));
    }

    [Theory]
    [InlineData("sipri_pandas_header.csv", "column 6 is called '.1', and should have no name; column 10 is called '.2', and should have no name.")]
    [InlineData("sipri_pandas_index.csv", "column 1, which has no name, is one too many; column 7 is called '.1', and should have no name; column 11 is called '.2', and should have no name.")]
    public void Columns_that_a_data_frame_renamed_are_named(string name, string said) =>
        Assert.Contains(said, Assert.Throws<ProblemException>(() => RegisterFile.Open(Read(name))).Message, StringComparison.Ordinal);

    [Fact]
    public void Cells_that_R_filled_with_NA_are_told_as_what_they_are() =>
        Assert.Equal("'NA' is neither empty nor a question mark.", Assert.Single(RegisterFile.ReadAll(Read("sipri_r_na.csv")).Broken).Why);

    [Fact]
    public void Quotes_and_a_quoted_line_break_are_text() => Assert.Equal(["Kestrel \"Bis\" 5\"/54", "quoted\r\nline break, with comma", "Kestrel 5\"/54", "12\" gun; \"Name\" ship"],
        RegisterFile.ReadAll(Read("sipri_quotes.csv")).Rows.Take(2).SelectMany(x => (string[])[x.Designation, x.Comments]));

    [Fact]
    public void Every_name_has_its_code()
    {
        var names = RegisterFile.ReadAll(Read("sipri_names.csv")).Rows.SelectMany(x => (string[])[x.Recipient, x.Supplier]).Distinct().ToList();

        Assert.True(names.Count > 90, $"{names.Count}");
        Assert.All(names, x => Assert.True(RegisterNames.CodeOf(x, out var isKnown) is { Length: > 0 } && isKnown, x));
    }
}
