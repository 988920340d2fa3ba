using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Editions;

/// <summary>The real program, killed in the middle of an import again and again.</summary>
[Collection(Alone.Name)]
public sealed class KilledEditionTests : IAsyncDisposable
{
    private const int Kills = 10;
    private const int Orders = 3_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
    private readonly ITestOutputHelper _output;

    public KilledEditionTests(ITestOutputHelper output)
    {
        _output = output;
        EmbeddedPostgres.Scratch.Chmod("755", _folder);
    }

    public async ValueTask DisposeAsync() => await RunningProgram.DeleteAsync(_folder);

    [Fact]
    public async Task An_import_killed_ten_times_goes_on_by_itself_to_its_end_and_is_held_once()
    {
        string id;
        await using (var first = await RunningProgram.StartAsync(_folder))
        {
            // Both are accepted before the first has ended: the second waits behind it, through the kills too.
            id = (await Edition.SendAsync(first.Client, Encoding.UTF8.GetBytes(Register.Of([.. Rows(3)])), "2024-03-18")).Id;
            Assert.Equal("queued", (await Edition.SendAsync(first.Client, Encoding.UTF8.GetBytes(Register.Of([.. Rows(4)])), "2026-05-18")).Word);
            first.Kill();
        }

        await KillAgainAsync(Kills - 1, id, "sipri-2026-05-18");
        await using var last = await RunningProgram.StartAsync(_folder);
        using var reader = last.Reader();
        var before = await Edition.EndAsync(reader, "sipri-2024-03-18");
        var after = await Edition.EndAsync(reader, "sipri-2026-05-18");
        Assert.Equal(("done", Orders, Orders, 0), (before.Word, (int)before.Count("rows"), (int)before.Count("new"), (int)before.Count("refused")));
        Assert.Equal(("done", Orders / 2, Orders / 2, 0), (after.Word, (int)after.Count("grown"), (int)after.Count("unchanged"), (int)after.Count("refused")));
        // A contract and a delivery of each, and a delivery more of those that changed: whatever was recorded before a kill is found, not doubled.
        Assert.Equal((2 * Orders, 0, Orders / 2, 0), ((int)before.Count("created"), (int)before.Count("existing"), (int)after.Count("created"), (int)after.Count("existing")));
        Assert.Equal((2 * Orders) + (Orders / 2), await last.CountReportsAsync("urn:sipri:trade-register", after.Count("position")));
        Assert.All(after.Lines.Concat(before.Lines), x => Assert.NotEqual("pending", x.Text("status")));
    }

    [Fact]
    public async Task A_withdrawal_killed_again_and_again_takes_each_report_back_once_and_lets_the_right_file_in()
    {
        string id;
        await using (var first = await RunningProgram.StartAsync(_folder))
        {
            using var asking = first.Reader();
            await Edition.EndAsync(asking, (await Edition.SendAsync(first.Client, Encoding.UTF8.GetBytes(Register.Of([.. Rows(3)])), "2024-03-18")).Id);
            var posted = await Service.PostAsync(first.Client, "/v1/editions/sipri/withdrawals", """{"published":"2024-03-18","reason":"The wrong file."}""");
            Assert.True(posted.Status == 202, posted.ToString());
            id = posted.Json.Text("id")!;
            first.Kill();
        }

        await KillAgainAsync(Kills / 2, id);

        await using var last = await RunningProgram.StartAsync(_folder);
        using var reader = last.Reader();
        var withdrawn = await Edition.EndAsync(reader, id);
        Assert.Equal(("done", 2 * Orders, 0), (withdrawn.Word, (int)withdrawn.Count("created"), (int)withdrawn.Count("existing")));
        Assert.Equal(4 * Orders, await last.CountReportsAsync("urn:sipri:trade-register", withdrawn.Count("position")));
        Assert.All(withdrawn.Lines, x => Assert.Equal("withdrawn", x.Text("status")));

        var right = await Edition.EndAsync(reader, (await Edition.SendAsync(last.Client, Encoding.UTF8.GetBytes(Register.Of([.. Rows(4)])), "2024-03-18")).Id);
        Assert.Equal(("done", 2 * Orders), (right.Word, (int)right.Count("created")));
    }

    [Fact]
    public async Task Another_node_goes_on_with_the_import_of_a_killed_one_within_twenty_seconds()
    {
        var database = await Databases.MakeAsync();
        string[] settings =
        [
            "--ConnectionStrings:Ledger", database, "--environment", "Development", "--Ledger:Nodes", "several", "--Ledger:Schema", "apply",
        ];
        await using var one = await RunningProgram.StartAsync(_folder, 0, settings);
        await using var two = await RunningProgram.StartAsync(_folder, 0, settings);
        using var reader = two.Reader();
        // The first to come is the leader: it is the one that is killed.
        var id = (await Edition.SendAsync(one.Client, Encoding.UTF8.GetBytes(Register.Of([.. Rows(3, 2 * Orders)])), "2024-03-18")).Id;
        var seen = DoneOf(await Edition.StateAsync(reader, id, x => DoneOf(x) >= 500));

        one.Kill();
        var killed = Stopwatch.GetTimestamp();
        // What it had committed before it was killed may be seen after it.
        await Task.Delay(500, TestContext.Current.CancellationToken);
        seen = DoneOf(await Edition.StateAsync(reader, id, _ => true));
        Assert.True(seen < 2 * Orders, $"{seen}");
        await Edition.StateAsync(reader, id, x => DoneOf(x) > seen || x.Text("state") == "done");
        var took = Stopwatch.GetElapsedTime(killed);
        _output.WriteLine($"gone on after {took.TotalSeconds:0.0} s");
        Assert.True(took < TimeSpan.FromSeconds(20), $"{took}");
        Assert.Equal((4L * Orders, "done"), (await Edition.EndAsync(reader, id)) is var end ? (end.Count("created"), end.Word) : default);
    }

    /// <summary>Starts the program and kills it behind some progress of a job, or of the next where it is done, again and again.</summary>
    private async Task KillAgainAsync(int times, params string[] ids)
    {
        var random = new Random(20261125);
        for (var (kill, at, seen) = (0, 0, -1L); kill < times; kill++)
        {
            await using var killed = await RunningProgram.StartAsync(_folder);
            using var asking = killed.Reader();
            // A kill without progress since the last one would be an attempt that failed.
            var state = await Edition.StateAsync(asking, ids[at], x => x.Text("state") == "done" || DoneOf(x) > seen);
            seen = DoneOf(state);
            await Task.Delay(random.Next(0, 150), TestContext.Current.CancellationToken);
            killed.Kill();
            _output.WriteLine($"kill {kill + 2} behind line {seen} of {ids[at]}");
            if (state.Text("state") == "done" && at + 1 < ids.Length)
            {
                (at, seen) = (at + 1, -1);
            }
        }
    }

    /// <summary>Of weapons that come into no catalogue: each line is a row, and its reports are recorded when it is done.</summary>
    private static IEnumerable<string> Rows(int delivered, int orders = Orders) => Enumerable.Range(0, orders)
        .Select(x => Register.Row(designation: $"Owl {x}", description: "owl", delivered: x % 2 == 0 ? $"{delivered}" : "5"));

    private static long DoneOf(JsonElement state) => state.GetProperty("progress") is { ValueKind: JsonValueKind.Object } progress ? progress.GetProperty("done").GetInt64() : -1;
}
