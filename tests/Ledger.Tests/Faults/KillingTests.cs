using System.Diagnostics;
using System.Globalization;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Tests.EmbeddedPostgres;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Faults;

/// <summary>SIGKILL of the service, of PostgreSQL, of one of its sessions, of all, at random moments, while clients post, import and ask.
/// <c>LEDGER_TEST_KILLS</c> says how often, <c>LEDGER_TEST_SEED</c> which run; both are printed, so that a failure can be replayed.</summary>
[Collection(Alone.Name)]
[Trait("Category", Category)]
public sealed class KillingTests(ITestOutputHelper output)
{
    public const string Category = "Faults";

    private static readonly int s_kills = Number("LEDGER_TEST_KILLS", 8);
    private static readonly int s_seed = Number("LEDGER_TEST_SEED", Random.Shared.Next(1, 1_000_000));

    [Fact]
    public async Task Whatever_is_killed_whenever_nothing_acknowledged_is_lost_and_nothing_is_doubled()
    {
        OwnPostgres.OrSkip();
        var folder = Directory.CreateTempSubdirectory("ledger-faults-").FullName;
        Scratch.Chmod("755", folder);
        output.WriteLine($"LEDGER_TEST_SEED={s_seed} LEDGER_TEST_KILLS={s_kills} replays this run.");
        var random = new Random(s_seed);
        var port = RunningProgram.FreePort();
        var killed = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var took = Stopwatch.StartNew();
        await using var postgres = await OwnPostgres.StartAsync(folder, deleted: true);
        Task<RunningProgram> StartAsync() => RunningProgram.StartAsync(folder, port, "--ConnectionStrings:Ledger", postgres.ConnectionString, "--environment", "Development",
            $"--{Schema.Setting}", Schema.Apply);
        var service = await StartAsync();
        using var stop = new CancellationTokenSource();
        var posters = new Posters(service.Client.BaseAddress!, service.Client.DefaultRequestHeaders.Authorization!);
        var rebuilding = new Rebuilding(postgres.ConnectionString);
        List<Task> clients = [rebuilding.RunAsync(stop.Token), .. Enumerable.Range(0, 4).Select(x => posters.PostAsync(x, stop.Token)), posters.ImportAsync(0, stop.Token)];
        try
        {
            for (var kill = 0; kill < s_kills; kill++)
            {
                await Task.Delay(random.Next(50, 1_200), TestContext.Current.CancellationToken);
                var what = random.Next(10) switch { < 4 => "service", < 6 => "PostgreSQL", < 8 => "both", _ => "a session of PostgreSQL" };
                killed[what] = killed.GetValueOrDefault(what) + 1;
                if (what is "service" or "both")
                {
                    service.Kill();
                }

                if (random.Next(2) == 0)
                {
                    rebuilding.Kill();
                }

                if (what is "PostgreSQL" or "both")
                {
                    await postgres.KillAsync();
                    await Task.Delay(random.Next(0, 500), TestContext.Current.CancellationToken);
                    await postgres.StartAsync();
                }

                if (what is "a session of PostgreSQL")
                {
                    await postgres.KillABackendAsync();
                }

                if (what is "service" or "both")
                {
                    await service.DisposeAsync();
                    service = await StartAsync();
                }

                await service.ReadyAsync();
            }
        }
        finally
        {
            await stop.CancelAsync();
        }

        await Task.WhenAll(clients);
        var events = await Databases.ValueAsync<long>(postgres.ConnectionString, "select count(*) from ledger.mt_events where type in ('delivery_reported', 'report_retracted')");
        var distinct = await Databases.ValueAsync<long>(postgres.ConnectionString,
            "select count(distinct data ->> 'id') from ledger.mt_events where type in ('delivery_reported', 'report_retracted')");
        var there = await Databases.PairsAsync(postgres.ConnectionString, "select data ->> 'id', seq_id from ledger.mt_events where type in ('delivery_reported', 'report_retracted')");
        var lost = posters.Acknowledged.Count(x => there.GetValueOrDefault(x.Key) != x.Value);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {s_seed}: {s_kills} kills ({string.Join(", ", killed.Select(x => $"{x.Key} {x.Value}"))}) in {took.Elapsed.TotalSeconds:0} s; "
            + $"{posters.Acknowledged.Count} reports acknowledged, {lost} lost, {events - distinct} doubled; told 503 {posters.Told503} times; "
            + $"{rebuilding.Done} rebuilds done, {rebuilding.Killed} killed"));
        Assert.Empty(posters.Wrong);
        Assert.Equal((0, 0), (lost, events - distinct));
        // Whatever was sent was sent until it was acknowledged, so there is nothing else either.
        Assert.Equal(posters.Acknowledged.Count, events);
        await AnswersAgreeAsync(service, postgres, posters.Acknowledged.Values.Max());
        var (exitCode, said) = await RunningProgram.CommandAsync("replay", "--ConnectionStrings:Ledger", postgres.ConnectionString);
        output.WriteLine(said);
        Assert.Equal(0, exitCode);
        await service.DisposeAsync();
    }

    /// <summary>The read model holds what the events say, each once.</summary>
    private static async Task AnswersAgreeAsync(RunningProgram service, OwnPostgres postgres, long last)
    {
        using var reader = service.Reader();
        var answer = await Service.GetAsync(reader, $"/v1/countries?atLeast={last}");
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal(0, await Databases.ValueAsync<long>(postgres.ConnectionString, """
            select count(*) from ledger.evidence r full join (select seq_id, id from ledger.mt_events where type in ('delivery_reported', 'report_retracted')) e
            on e.seq_id = r.position and e.id = r.event_id where r.position is null or e.seq_id is null
            """));
    }

    /// <summary>Rebuilds the read model over and over, beside the running service.</summary>
    private sealed class Rebuilding(string connectionString)
    {
        private readonly Lock _lock = new();
        private Process? _running;

        public int Done { get; private set; }

        public int Killed { get; private set; }

        public void Kill()
        {
            lock (_lock)
            {
                if (_running is { HasExited: false })
                {
                    _running.Kill();
                    Killed++;
                }
            }
        }

        public async Task RunAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                Process process;
                lock (_lock)
                {
                    process = _running = RunningProgram.Run(["rebuild", "--ConnectionStrings:Ledger", connectionString]);
                }

                var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
                await process.WaitForExitAsync(CancellationToken.None);
                await said;
                // Whatever it died of, the service or the next rebuild must not suffer from it.
                Done += process.ExitCode == 0 ? 1 : 0;
                lock (_lock)
                {
                    process.Dispose();
                    _running = null;
                }
            }
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
