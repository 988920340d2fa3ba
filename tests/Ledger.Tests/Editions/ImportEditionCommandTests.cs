using Ledger.Host.Commands;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Editions;

/// <summary>The command <c>import</c>, beside a running service and without one.</summary>
[Collection(Alone.Name)]
public sealed class ImportEditionCommandTests
{
    [Fact]
    public async Task An_edition_is_sent_to_the_service_that_runs_on_the_data_folder_or_else_imported_by_the_command_itself()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        EmbeddedPostgres.Scratch.Chmod("755", folder);
        string[] rows = [.. Enumerable.Range(0, 300).Select(x => Register.Row(designation: $"Owl {x}"))];
        try
        {
            string Written(string name, params string[] some)
            {
                File.WriteAllText(Path.Combine(folder, name), Register.Of(some));
                return Path.Combine(folder, name);
            }

            await using (var service = await RunningProgram.StartAsync(folder))
            {
                var first = await RunningProgram.CommandAsync("import", Written("first.csv", [.. rows, Register.Row("Ruritania")]), "--published", "2024-03-18", "--data", folder);
                Assert.True(first is (0, _), first.Said);
                Assert.Contains("unresolved country: Ruritania is taken as x-ruritania", first.Said, StringComparison.Ordinal);
                Assert.Matches(@"new\s+301", first.Said);

                var cut = await RunningProgram.CommandAsync("import", Written("cut.csv", rows[..100]), "--published", "2025-03-18", "--data", folder);
                Assert.True(cut is (1, _), cut.Said);
                Assert.Contains("the import sipri-2025-03-18 failed. The file lacks 201 of the 301 orders", cut.Said, StringComparison.Ordinal);
            }

            var whole = await RunningProgram.CommandAsync("import", Path.Combine(folder, "cut.csv"), "--published", "2025-03-18", "--whole", "--data", folder);
            Assert.True(whole is (0, _), whole.Said);
            Assert.Matches(@"delisted\s+201", whole.Said);
            var older = await RunningProgram.CommandAsync("import", Path.Combine(folder, "cut.csv"), "--published", "2023-03-18", "--data", folder);
            Assert.True(older is (1, _), older.Said);
            Assert.Contains("was refused: The ledger holds the edition of 2025-03-18", older.Said, StringComparison.Ordinal);
        }
        finally
        {
            await RunningProgram.DeleteAsync(folder);
        }
    }

    [Fact]
    public async Task Each_form_of_a_file_is_recognised_and_what_the_service_refuses_ends_with_1()
    {
        await using var service = await Service.StartAsync();
        var made = await Service.PostAsync(service.Admin, "/v1/keys", """{"name":"desk","scopes":["report","read"],"feeds":["*"]}""");
        var folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        try
        {
            Task<(int ExitCode, string Said)> ImportAsync(string name, byte[] content, params string[] options)
            {
                File.WriteAllBytes(Path.Combine(folder, name), content);
                return RunningProgram.CommandAsync(["import", Path.Combine(folder, name), .. options, "--to", service.Address.ToString(), "--key", made.Json.Text("secret")!]);
            }

            // SIPRI's answer as it is, and with white space before it.
            var envelope = await ImportAsync("answer.json", [.. " \n"u8, .. RegisterCasesTests.Read("sipri_backend_answer.json")]);
            Assert.True(envelope is (0, _), envelope.Said);
            Assert.Matches(@"rows\s+3\s+new\s+3", envelope.Said);

            var cut = await ImportAsync("cut.json", RegisterCasesTests.Read("sipri_backend_answer.json")[..^100]);
            Assert.True(cut is (1, _), cut.Said);
            Assert.Contains("was refused: The file begins as JSON and is none", cut.Said, StringComparison.Ordinal);

            var renamed = await ImportAsync("renamed.csv", RegisterCasesTests.Read("sipri_pandas_header.csv"), "--published", "2025-03-01");
            Assert.True(renamed is (1, _), renamed.Said);
            Assert.Contains("column 6 is called '.1'", renamed.Said, StringComparison.Ordinal);

            // JSON that is neither an envelope nor a report: a line, and each of them refused.
            var other = await ImportAsync("error.json", """{"error":"Too many requests"}"""u8.ToArray());
            Assert.True(other is (1, _), other.Said);
            Assert.Contains("its one line was refused", other.Said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(null, false, false, null, "/v1/editions/sipri")]
    [InlineData("2026-05-18", true, false, null, "/v1/editions/sipri?published=2026-05-18&whole=true")]
    [InlineData("2026-05-18", false, true, "inherit", "/v1/editions/sipri?published=2026-05-18&selection=true&flags=inherit")]
    public void What_is_said_of_a_register_beside_its_file_goes_with_it(string? published, bool whole, bool selection, string? flags, string path) =>
        Assert.Equal(path, new EditionOptions(published, whole, selection, flags).Path);
}
