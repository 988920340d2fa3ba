using System.Text;
using System.Text.Json;
using Ledger.Editions;
using Ledger.Problems;

namespace Ledger.Tests.Editions;

/// <summary>Which form a file has, and what a file is told that has none.</summary>
public sealed class RegisterHeaderTests
{
    [Fact]
    public void The_numbers_delivered_of_newer_selections_have_another_name()
    {
        var file = Open(Register.Of(Register.Row()).Replace("Number delivered", "Deliveries in the Year Range", StringComparison.Ordinal));

        Assert.Equal((RegisterForm.Orders, true, 4L), (file.Form, file.Scope.IsRangeColumn, Assert.Single(file.ReadAll().Rows).Delivered));
    }

    [Fact]
    public void A_header_in_other_letters_and_padded_is_the_same_header() =>
        Assert.Equal(RegisterForm.Orders, Open(Register.Header.ToUpperInvariant().Replace(",", " , ", StringComparison.Ordinal) + ";;;;,\n" + Register.Row()).Form);

    [Theory]
    [InlineData("", "No header of a trade register was found in the first 50 lines.")]
    [InlineData("not a register\n1,2,3\n", "No header of a trade register was found in the first 50 lines.")]
    [InlineData("Source: SIPRI\n\nId,Supplier,Recipient,Weapon designation,Weapon description\n1,2\n", "Line 3 is a header, but of neither form of the register. It begins with Id, as an older")]
    [InlineData("Deal ID,Seller,Buyer,Designation,Description,Armament category\n1\n", "column 1 is called 'Deal ID', not 'SIPRI AT Database ID'; column 2 is called 'Seller', not 'Supplier'")]
    [InlineData("Recipient,Supplier,Year of order,Deal ID\n1,2,3,4\n", "'Number ordered' is missing")]
    public void A_file_with_a_header_of_neither_form_is_refused_by_name(string text, string said) => Refused(Encoding.UTF8.GetBytes(text), said);

    /// <summary>pandas writes the number of the row before each, and numbers columns of one name (cases sipri_pandas_*).</summary>
    [Theory]
    [InlineData(".1", " ", 10, "Line 1 is a header, but of neither form of the register. Held against the 16-column form: column 10 is called '.1', and should have no name. Its")]
    [InlineData("Delivered so far", "Number delivered", 9, "Held against the 16-column form: column 9 is called 'Delivered so far', not 'Number delivered'. Its")]
    [InlineData(" ", "Comments", 13, "Held against the 16-column form: column 13 has no name, and should be called 'Comments'. Its")]
    public void A_renamed_column_is_named_with_its_place(string renamed, string column, int place, string said)
    {
        var columns = Register.Header.Split(',');
        Assert.Equal(column, columns[place - 1]);
        columns[place - 1] = renamed;

        Refused(Encoding.UTF8.GetBytes(string.Join(',', columns) + "\n"), said);
    }

    [Fact]
    public void Columns_too_many_and_missing_are_named()
    {
        var columns = Register.Header.Split(',').ToList();
        columns.RemoveAt(12);
        columns.RemoveAt(3);
        columns.Insert(0, "");
        columns.Add("Note");

        Refused(Encoding.UTF8.GetBytes(string.Join(',', columns)),
            "column 1, which has no name, is one too many; the column without a name behind 'Year of order' is missing; 'Comments' is missing; column 16, 'Note', is one too many.");
    }

    [Fact]
    public void A_header_as_R_writes_it_is_recognised_as_one() => Refused(
        Encoding.UTF8.GetBytes("\"Recipient\",\"Supplier\",\"Year.of.order\",\"X.\",\"Number.ordered\",\"X..1\"\n"), "column 3 is called 'Year.of.order', not 'Year of order'");

    [Fact]
    public void A_file_of_one_form_is_not_read_as_the_other()
    {
        Assert.Contains("Line 1 is the header of the 16-column form", Assert.Throws<ProblemException>(() => Open(Register.Of(Register.Row())).ReadYears()).Message, StringComparison.Ordinal);
        Assert.Contains("Line 4 is the header of the 17-column form",
            Assert.Throws<ProblemException>(() => RegisterFile.ReadAll(RegisterCasesTests.Read("sipri_17col.csv"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"bytes":"VHJhbnN"}""", "its member 'bytes' is not base64")]
    [InlineData("""{"bytes":"no base64!"}""", "its member 'bytes' is not base64")]
    [InlineData("""{"bytes":"VHJhbnNm""", "begins as JSON and is none")]
    [InlineData("""{"bytes":"VHJhbnNm"} more""", "begins as JSON and is none")]
    [InlineData("""{"bytes":"","bytes":""}""", "begins as JSON and is none")]
    [InlineData("""{"bytes":"VHJhbnNm","status":200}""", "'status' is unknown")]
    [InlineData("""{"\ud800":1,"bytes":""}""", "a text that is not Unicode")]
    [InlineData("""{"bytes":"\ud800"}""", "a text that is not Unicode")]
    [InlineData("""{"bytes":null}""", "is JSON, and not the envelope that SIPRI answers with")]
    [InlineData("""{"id":"a","kind":"delivery"}""", "is JSON, and not the envelope that SIPRI answers with")]
    [InlineData("""  [1]""", "is JSON, and not the envelope that SIPRI answers with")]
    [InlineData("""{"bytes":"e30="}""", "No header of a trade register was found")]
    [InlineData("""{"bytes":""}""", "No header of a trade register was found")]
    public void JSON_that_is_no_sound_envelope_is_refused_as_what_it_is(string json, string said) => Refused(Encoding.UTF8.GetBytes(json), said);

    [Fact]
    public void A_register_in_an_envelope_that_is_UTF_16_is_refused_as_that() => Refused(
        JsonSerializer.SerializeToUtf8Bytes(new { bytes = (byte[])[.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Register.Header)] }),
        "UTF-16");

    [Theory]
    [InlineData("""{"bytes":"VHJhbnNm""", true)]
    [InlineData(" {\n \"name\": {\"bytes\": 1}, \"bytes\" : \"\"}", true)]
    [InlineData("\uFEFF{\"bytes\":1}", true)]
    [InlineData("""{"name":{"bytes":1}}""", false)]
    [InlineData("""{"\ud800":1,"id":"a"}""", false)]
    [InlineData("{\"id\":\"a\"}\n{\"bytes\":1}", false)]
    [InlineData("Recipient,Supplier", false)]
    [InlineData("", false)]
    public void An_envelope_is_told_by_its_beginning(string beginning, bool isIt) => Assert.Equal(isIt, RegisterEnvelope.IsBegunIn(Encoding.UTF8.GetBytes(beginning)));

    private static RegisterFile Open(string text) => RegisterFile.Open(Encoding.UTF8.GetBytes(text));

    private static void Refused(byte[] file, string said)
    {
        var refused = Assert.Throws<ProblemException>(() => RegisterFile.Open(file));

        Assert.Equal((422, "noRegister"), (refused.Kind.Status, Assert.Single(refused.Errors!).Code));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }
}
