using System.Text;
using Ledger.Tests.Hosting;

namespace Ledger.Tests.Editions;

/// <summary>The real program, killed in the middle of an edition again and again.</summary>
[Collection(Alone.Name)]
public sealed class KilledEditionTests
{
    private const int Kills = 10;

    [Fact]
    public async Task An_edition_killed_ten_times_and_sent_again_each_time_is_held_once()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        Hosting.Postgres.Scratch.Chmod("755", folder);
        var random = new Random(20261125);
        try
        {
            var before = Register.Of([.. Rows(3)]);
            var after = Register.Of([.. Rows(4)]);
            for (var kill = 0; kill < Kills; kill++)
            {
                await using var killed = await RunningProgram.StartAsync(folder);
                if (kill == Kills / 2)
                {
                    // The first edition to its end, half of the kills in each.
                    Assert.Equal(200, (await Edition.PostAsync(killed.Client, before, "2024-03-18")).Status);
                }

                var (file, day) = kill < Kills / 2 ? (before, "2024-03-18") : (after, "2026-05-18");
                var cut = CutAsync(killed, file, day);
                await Task.Delay(random.Next(60, 900), TestContext.Current.CancellationToken);
                killed.Kill();
                await cut;
            }

            await using var last = await RunningProgram.StartAsync(folder);
            var edition = await Edition.PostAsync(last.Client, after, "2026-05-18");
            Assert.Equal((Orders, Orders / 2, Orders / 2, 0), ((int)edition.Count("rows"), (int)edition.Count("changed"), (int)edition.Count("unchanged"), (int)edition.Count("refused")));
            // A contract and a delivery of each, and a delivery more of those that changed: whatever was recorded before a kill is found, not doubled.
            Assert.Equal((Orders / 2, 0), ((int)(edition.Count("created") + edition.Count("existing")), (int)edition.Count("new")));
            Assert.Equal((2 * Orders) + (Orders / 2), await last.CountReportsAsync("urn:sipri:trade-register", edition.Count("position")));
            var again = await Edition.PostAsync(last.Client, after, "2026-05-18");
            Assert.Equal((0, Orders / 2), ((int)again.Count("created"), (int)again.Count("existing")));
        }
        finally
        {
            await RunningProgram.DeleteAsync(folder);
        }
    }

    private const int Orders = 6_000;

    private static IEnumerable<string> Rows(int delivered) =>
        Enumerable.Range(0, Orders).Select(x => Register.Row(designation: $"Owl {x}", delivered: x % 2 == 0 ? $"{delivered}" : "5"));

    private static async Task CutAsync(RunningProgram program, string file, string day)
    {
        try
        {
            await Edition.PostAsync(program.Client, Encoding.UTF8.GetBytes(file), day);
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
        catch (IOException)
        {
            // Killed in the middle of its answer.
        }
    }
}
