using System.Diagnostics;
using System.Globalization;

namespace Ledger.Benchmarks.Posts;

/// <summary>What one measurement of a service came to.</summary>
/// <param name="PerSecond">Posts.</param>
/// <param name="Processor">Time that its process took of the processors, in microseconds per post.</param>
/// <param name="Backends">The same of its connections' processes in PostgreSQL.</param>
/// <param name="Generator">Share of one processor that the load generator took.</param>
/// <param name="Errors">Answers other than 201.</param>
internal sealed record Sample(double PerSecond, double Processor, double Backends, double Generator, long Errors)
{
    /// <summary>Transactions in its database per post, what it does by itself between two measurements included; known only before the next.</summary>
    public double Transactions { get; set; }
}

/// <summary>A service under the same load as the other.</summary>
internal sealed class MeasuredService : IAsyncDisposable
{
    /// <summary>By then every connection has told PostgreSQL's statistics of its transactions.</summary>
    private static readonly TimeSpan ReportBuilder = TimeSpan.FromSeconds(11);

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(4);
    private static readonly Dictionary<string, string> s_plainEnvironment = new()
    {
        // What a project of ASP.NET Core has unless it says otherwise, as Ledger does.
        ["DOTNET_gcServer"] = "1",
    };

    private readonly BenchmarkServer _server;
    private readonly string _database;
    private readonly ServiceProcess _process;
    private readonly HttpLoad _load;
    private readonly Stopwatch _quiet = Stopwatch.StartNew();
    private long _transactions;
    private long _posts;
    private Sample? _open;

    private MeasuredService(BenchmarkServer server, string database, ServiceProcess process, HttpLoad load) =>
        (_server, _database, _process, _load) = (server, database, process, load);

    public static async Task<MeasuredService> StartPlainAsync(BenchmarkServer server, byte[][] bodies)
    {
        var database = await server.MakeAsync("plain");
        var program = Path.Combine(AppContext.BaseDirectory, "Ledger.Benchmarks.dll");
        var process = await ServiceProcess.StartAsync(url => [program, PlainService.Command, url, database.ConnectionString], s_plainEnvironment, "/", _ => true);
        return new MeasuredService(server, database.Database!, process, new HttpLoad(process.Port, PlainService.Path, "none", bodies));
    }

    public static async Task<MeasuredService> StartLedgerAsync(BenchmarkServer server, string folder, byte[][] bodies)
    {
        var (process, key) = await LedgerProgram.StartAsync(server, folder);
        return new MeasuredService(server, LedgerProgram.Database, process, new HttpLoad(process.Port, "/v1/deliveries", key, bodies));
    }

    /// <summary>Compiles what is hot, and fills caches and pools.</summary>
    public async Task WarmAsync(int connections)
    {
        // The first answer takes its time: the plain service compiles its endpoint then.
        foreach (var time in (TimeSpan[])[TimeSpan.Zero, FirstWarmUp])
        {
            var result = await OnThreadAsync(() => _load.Run(connections, TimeSpan.Zero, time, () => { }, () => { }));
            if (result.FirstError is { } error)
            {
                throw new InvalidOperationException($"{_database} does not take posts: {error}");
            }
        }

        _quiet.Restart();
    }

    /// <summary>Measures once.</summary>
    public async Task<Sample> MeasureAsync(int connections, TimeSpan window)
    {
        await SettleAsync();
        await _server.CheckpointAsync();
        var (before, after) = (Taken(), Taken());
        var result = await OnThreadAsync(() => _load.Run(connections, WarmUp, window, () => before = Taken(), () => after = Taken()));
        _quiet.Restart();
        _posts = result.AllPosts;
        if (result.FirstError is { } error)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_database} at {connections} connections: {result.Errors} errors, the first: {error}"));
        }

        var backends = after.Backends.Sum(x => (x.Value - before.Backends.GetValueOrDefault(x.Key)).TotalMicroseconds);
        var posts = Math.Max(1, result.Posts);
        return _open = new Sample(result.Posts / result.Window.TotalSeconds, (after.Service - before.Service).TotalMicroseconds / posts, backends / posts,
            (after.Generator - before.Generator) / result.Window, result.Errors);
    }

    private (TimeSpan Service, Dictionary<int, TimeSpan> Backends, TimeSpan Generator) Taken() =>
        (_process.ProcessorTime, _server.ProcessorTimes(_database), Environment.CpuUsage.TotalTime);

    /// <summary>Waits until the database's statistics are complete, and closes the account of the last measurement.</summary>
    public async Task SettleAsync()
    {
        if (ReportBuilder - _quiet.Elapsed is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest);
        }

        var transactions = await _server.TransactionsAsync(_database);
        if (_open is { } sample)
        {
            sample.Transactions = (transactions - _transactions) / (double)Math.Max(1, _posts);
            _open = null;
        }

        _transactions = transactions;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static Task<LoadResult> OnThreadAsync(Func<LoadResult> load) => Task.Factory.StartNew(load, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
