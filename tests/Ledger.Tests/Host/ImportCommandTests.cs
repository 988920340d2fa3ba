using System.Net;
using System.Text;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;

namespace Ledger.Tests.Host;

/// <summary>The command <c>import</c> says what it did, in words and by its exit code.</summary>
public sealed class ImportCommandTests(OneService one) : IClassFixture<OneService>, IDisposable
{
    private readonly Service _service = one.Service;
    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Written(string name, byte[] content)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllBytes(file, content);
        return file;
    }

    private Task<(int ExitCode, string Said)> ImportAsync(string file, string? key = null, string? to = null) => RunningProgram.CommandAsync(
        "import", file, "--to", to ?? _service.Address.ToString(), "--key", key ?? _service.Reporter.DefaultRequestHeaders.Authorization!.Parameter!);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\ufeff \n\t\n", "is empty")]
    [InlineData("[{\"kind\":\"delivery\"}]", "begins as a JSON array")]
    [InlineData("{\n  \"kind\": \"delivery\",\n  \"recipient\": \"KGZ\"\n}\n", "one JSON document over several lines")]
    [InlineData("{\n  \"kind\": \"delivery\"\n}\n{\n  \"kind\": \"loss\"\n}\n", "one JSON document over several lines")]
    [InlineData("{\"kind\":\n{\"recipient\":\"KGZ\"}\n", "all of its 2 lines were refused")]
    [InlineData("{\"recipient\":\"KGZ\"}\n{\"recipient\":\"KGZ\"}\n", "all of its 2 lines were refused")]
    [InlineData("{\"some\":\"other JSON\"}", "its one line was refused")]
    [InlineData("{\"kind\":\"delivery\"", "its one line was refused")]
    [InlineData("dear reader,\nthis is a letter.\n", "was refused")]
    [InlineData("\0\u0001binary\0", "was refused")]
    public async Task What_is_neither_reports_nor_a_register_ends_with_1_and_says_what_it_is(string content, string says)
    {
        var (exitCode, said) = await ImportAsync(Written("odd", Encoding.UTF8.GetBytes(content)));

        Assert.True(exitCode == 1, said);
        Assert.Contains(says, said, StringComparison.Ordinal);
        Assert.DoesNotContain("This should not have happened", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UTF_16_is_told_so()
    {
        var (exitCode, said) = await ImportAsync(Written("wide", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{}")]));
        Assert.True(exitCode == 1, said);
        Assert.Contains("is UTF-16", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_no_file()
    {
        var (exitCode, said) = await ImportAsync(_folder);
        Assert.Equal(2, exitCode);
        Assert.Contains($"{_folder} is a folder: name the files in it.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_which_something_was_taken_ends_with_0()
    {
        var taken = await ImportAsync(Written("some.ndjson", CaseFiles.Bytes("captured.ndjson")));
        Assert.True(taken is (0, _), taken.Said);
        Assert.Matches(@"refused\s+2", taken.Said);
        Assert.True(await ImportAsync(Written("again.ndjson", CaseFiles.Bytes("captured.ndjson"))) is (0, _));
        Assert.True(await ImportAsync(Written("blank.ndjson", CaseFiles.Bytes("ndjson_bom_crlf_blank.ndjson"))) is (0, _));
    }

    [Fact]
    public async Task A_wrong_key_and_a_wrong_address_end_with_1_in_one_line()
    {
        var file = Written("good.ndjson", CaseFiles.Bytes("pandas_float_count.ndjson"));
        foreach (var (key, to, says) in new (string?, string?, string)[]
        {
            ("ldg_wrong", null, "was refused: "), (_service.Reader.DefaultRequestHeaders.Authorization!.Parameter, null, "was refused: "),
            (null, "http://127.0.0.1:1", "The service does not answer"), (null, "http://nowhere.invalid", "The service does not answer"),
        })
        {
            var (exitCode, said) = await ImportAsync(file, key, to);
            Assert.True(exitCode == 1, said);
            Assert.Contains(says, said, StringComparison.Ordinal);
            Assert.DoesNotContain("This should not have happened", said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(200, "is no ledger")]
    [InlineData(404, "404")]
    public async Task What_is_no_ledger_at_all_is_told_so(int status, string says)
    {
        using var other = new HttpListener();
        var address = $"http://127.0.0.1:{RunningProgram.FreePort()}/";
        other.Prefixes.Add(address);
        other.Start();
        var serving = Task.Run(async () =>
        {
            var asked = await other.GetContextAsync();
            await asked.Request.InputStream.CopyToAsync(Stream.Null);
            asked.Response.StatusCode = status;
            await using var writer = new StreamWriter(asked.Response.OutputStream);
            await writer.WriteAsync("<html>Welcome</html>");
        }, TestContext.Current.CancellationToken);

        var (exitCode, said) = await ImportAsync(Written("good.ndjson", CaseFiles.Bytes("pandas_float_count.ndjson")), to: address);

        Assert.True(exitCode == 1, said);
        Assert.Contains(says, said, StringComparison.Ordinal);
        Assert.DoesNotContain("This should not have happened", said, StringComparison.Ordinal);
        await serving;
    }
}
