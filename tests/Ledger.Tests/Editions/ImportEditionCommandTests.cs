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
}
