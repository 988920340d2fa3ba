using System.Globalization;
using System.Runtime.InteropServices;

namespace Ledger.Benchmarks.Posts;

/// <summary>What a post costs: Ledger, the plain endpoint and the bare insert, measured in turn on one PostgreSQL, each round beginning with
/// another, so that whatever else the machine does hits all alike.</summary>
internal static class PostsBenchmark
{
    private const int Seed = 20_261_127;

    private static readonly TimeSpan s_warmInsert = TimeSpan.FromSeconds(1);

    /// <summary>How many times the plain endpoint's rate Ledger's shall be, at least, by connections.</summary>
    private static readonly Dictionary<int, double> s_least = new() { [1] = 0.6, [16] = 0.9, [64] = 1.3, [256] = 1.6 };

    public static async Task<int> RunAsync(PostsOptions options)
    {
        var pgbench = Pgbench.Find();
        var folder = Directory.CreateTempSubdirectory("ledger-benchmark-").FullName;
        try
        {
            await using var server = await BenchmarkServer.StartAsync(watched: false);
            var bodies = GeneratedPosts.Bodies(Seed);
            var insert = await Pgbench.PrepareAsync(pgbench, await server.MakeAsync("insert"), folder, bodies[0]);
            await using var plain = await MeasuredService.StartPlainAsync(server, bodies);
            await using var ledger = await MeasuredService.StartLedgerAsync(server, folder, bodies);
            foreach (var connections in options.Connections)
            {
                await plain.WarmAsync(connections);
                await ledger.WarmAsync(connections);
            }

            var started = Load();
            var levels = options.Connections.Select(x => new Level(x)).ToList();
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var level in levels)
                {
                    Func<Task>[] turns =
                    [
                        async () => level.Plain.Add(await plain.MeasureAsync(level.Connections, options.Window)),
                        async () => level.Ledger.Add(await ledger.MeasureAsync(level.Connections, options.Window)),
                        async () =>
                        {
                            await server.CheckpointAsync();
                            await insert.RunAsync(level.Connections, s_warmInsert);
                            level.Insert.Add(await insert.RunAsync(level.Connections, options.Window));
                        },
                    ];
                    for (var turn = 0; turn < turns.Length; turn++)
                    {
                        await turns[(round + turn) % turns.Length]();
                    }

                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"round {round + 1}, {level.Connections} connections: plain {level.Plain[^1].PerSecond:N0}, Ledger {level.Ledger[^1].PerSecond:N0}, insert {level.Insert[^1]:N0}"));
                }
            }

            await plain.SettleAsync();
            await ledger.SettleAsync();
            Print($"Posts of {GeneratedPosts.BodyBytes} bytes, {GeneratedPosts.Deals:N0} streams, seed {Seed}; {options.Rounds} rounds of {options.Window.TotalSeconds:N0} s: medians (least–most).");
            Print($"PostgreSQL {server.Version}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors; who wanted them: {started} before, {Load()} after.");
            return Report(levels) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Prints the table.</summary>
    /// <returns>Whether nothing failed, and Ledger is as fast as it shall be.</returns>
    private static bool Report(List<Level> levels)
    {
        Print($"");
        Row("connections", "plain, posts/s", "Ledger, posts/s", "insert, rows/s", "Ledger : plain", "", "Ledger : insert", "transactions per post", "processor per post, µs: service",
            "and PostgreSQL", "generator, processors");
        Row("---:", "---:", "---:", "---:", "---:", "---", "---:", "---:", "---:", "---:", "---:");
        var good = true;
        foreach (var level in levels)
        {
            var (plain, ledger, insert) = (level.Plain.Select(x => x.PerSecond), level.Ledger.Select(x => x.PerSecond), level.Insert);
            var ratio = Median(ledger) / Median(plain);
            var verdict = s_least.TryGetValue(level.Connections, out var least) ? ratio >= least ? $"≥ {Number(least, "0.0")}" : $"**below {Number(least, "0.0")}**" : "";
            good &= ratio >= least && level.Plain.Concat(level.Ledger).All(x => x.Errors == 0);
            Row(Number(level.Connections, "0"), Range(plain) + Errors(level.Plain), Range(ledger) + Errors(level.Ledger), Range(insert), Number(ratio, "0.00"), verdict,
                Number(Median(ledger) / Median(insert), "0.00"), Both(x => x.Transactions, "0.00"), Both(x => x.Processor, "N0"), Both(x => x.Backends, "N0"),
                Both(x => x.Generator, "0.00"));

            string Both(Func<Sample, double> value, string format) =>
                $"{Number(Median(level.Plain.Select(value)), format)} · {Number(Median(level.Ledger.Select(value)), format)}";
        }

        Print($"");
        Print($"Two figures in a cell: plain · Ledger. Transactions are those of the database, what a service does by itself between two measurements included.");
        return good;
    }

    private static string Range(IEnumerable<double> rates) => $"{Number(Median(rates), "N0")} ({Number(rates.Min(), "N0")}–{Number(rates.Max(), "N0")})";

    /// <summary>A measurement in which something failed says so: it counts for nothing.</summary>
    private static string Errors(List<Sample> samples) => samples.Sum(x => x.Errors) is > 0 and var errors ? $" **{Number(errors, "N0")} errors**" : "";

    private static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
    }

    /// <summary>Processes that wanted to run, on average over the last minute.</summary>
    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed record Level(int Connections)
    {
        public List<Sample> Plain { get; } = [];

        public List<Sample> Ledger { get; } = [];

        public List<double> Insert { get; } = [];
    }
}
