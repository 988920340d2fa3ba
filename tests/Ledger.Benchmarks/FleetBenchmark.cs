using System.Diagnostics;
using System.Globalization;
using Ledger.EmbeddedPostgres;

namespace Ledger.Benchmarks;

/// <summary>Does a question cost more because the ledger is longer? A small and a large ledger are served at once and asked in turn, A B
/// B A, so that whatever else the machine does hits both alike; medians are compared.</summary>
internal static class FleetBenchmark
{
    private const int Small = 1_000;
    private const int Warm = 60;
    private const int Rounds = 400;
    private const int LongRounds = 40;

    /// <summary>What the service promises: a country's answer depends on its own reports.</summary>
    private const double MostBySize = 1.3;

    /// <summary>A past answer costs about what a present one does.</summary>
    private const double MostByPast = 2;

    private static bool s_broken;

    public static async Task<int> RunAsync(int large)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-benchmark-pg-").FullName;
        try
        {
            await using var postgres = await PostgresServer.StartAsync(folder, _ => { }, CancellationToken.None);
            await using var a = await ServedLedger.StartAsync(postgres.ConnectionString, "small");
            await using var b = await ServedLedger.StartAsync(postgres.ConnectionString, "large");
            await LoadAsync(a, Small);
            await LoadAsync(b, large);
            await ReadsAsync(a, b, large);
            await PostsAsync(b);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return s_broken ? 1 : 0;
    }

    private static async Task LoadAsync(ServedLedger ledger, int reports)
    {
        var (imported, followed) = await ledger.ImportAsync(reports);
        Print($"import of {reports:N0} lines: {reports / imported.TotalSeconds:N0} lines/s; with the fleets following: {reports / followed.TotalSeconds:N0} lines/s");
    }

    private static async Task ReadsAsync(ServedLedger a, ServedLedger b, int large)
    {
        const string Fleet = $"/v1/countries/{GeneratedLedger.Constant}/fleet";
        const string Holding = $"{Fleet}/{GeneratedLedger.Held}";
        const string Past = "?asOf=2021-01-01&method=1&knownAt=@";
        Print($"{"median, ms",-22}{Small,10:N0}{large,10:N0}{"ratio",8}");
        var (fleetA, fleetB) = await PairAsync("fleet", x => x.TimeAsync(Fleet), a, b, Rounds, MostBySize);
        var (holdingA, holdingB) = await PairAsync("holding", x => x.TimeAsync(Holding), a, b, Rounds, MostBySize);
        var (fleetPastA, fleetPastB) = await PairAsync("fleet, past", x => x.TimeAsync($"{Fleet}{Past}{x.End * 9 / 10}"), a, b, Rounds, MostBySize);
        var (holdingPastA, holdingPastB) = await PairAsync("holding, past", x => x.TimeAsync($"{Holding}{Past}{x.End * 9 / 10}"), a, b, Rounds, MostBySize);
        Ratio("past / present, fleet", fleetPastA / fleetA, fleetPastB / fleetB);
        Ratio("past / present, holding", holdingPastA / holdingA, holdingPastB / holdingB);
        // These answer with everything there is, so they grow with it; shown, not judged.
        await PairAsync("countries", x => x.TimeAsync("/v1/countries"), a, b, LongRounds, null);
        await PairAsync("countries, limit=10", x => x.TimeAsync("/v1/countries?limit=10"), a, b, LongRounds, null);
        await PairAsync("platforms", x => x.TimeAsync("/v1/platforms"), a, b, LongRounds, null);
        await PairAsync("reports", x => x.TimeAsync("/v1/reports"), a, b, LongRounds, null);
        await PairAsync("reports of a platform", x => x.TimeAsync($"/v1/reports?platform={GeneratedLedger.Held}"), a, b, LongRounds, null);
    }

    private static async Task<(double A, double B)> PairAsync(string name, Func<ServedLedger, Task<double>> time, ServedLedger a, ServedLedger b, int rounds, double? most)
    {
        var (tookA, tookB) = (new List<double>(), new List<double>());
        for (var round = -Warm; round < rounds; round++)
        {
            var (first, second) = round % 2 == 0 ? (a, b) : (b, a);
            var (one, other) = (await time(first), await time(second));
            if (round >= 0)
            {
                tookA.Add(round % 2 == 0 ? one : other);
                tookB.Add(round % 2 == 0 ? other : one);
            }
        }

        var (medianA, medianB) = (Quantile(tookA, 0.5), Quantile(tookB, 0.5));
        Print($"{name,-22}{medianA,10:0.00}{medianB,10:0.00}{medianB / medianA,8:0.00}{(most is { } bound ? Judge(medianB / medianA, bound) : "")}");
        return (medianA, medianB);
    }

    private static void Ratio(string name, double a, double b) => Print($"{name,-24}{a,8:0.00}{b,10:0.00}{Judge(Math.Max(a, b), MostByPast),8}");

    private static string Judge(double ratio, double most)
    {
        s_broken |= ratio > most;
        return ratio > most ? string.Create(CultureInfo.InvariantCulture, $"  broken: at most {most}") : string.Create(CultureInfo.InvariantCulture, $"  ≤ {most}");
    }

    private static async Task PostsAsync(ServedLedger ledger)
    {
        var number = 0;
        var visible = new List<double>();
        for (var i = 0; i < 150; i++)
        {
            var position = await ledger.PostAsync(++number);
            visible.Add(await ledger.TimeAsync($"/v1/countries/FJI/fleet?atLeast={position}"));
        }

        Print($"from 201 to visible, ms: median {Quantile(visible, 0.5):0.0}, 95 % {Quantile(visible, 0.95):0.0}, most {visible.Max():0.0}");
        foreach (var clients in (int[])[1, 64])
        {
            var took = new List<double>();
            var started = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
            {
                for (var i = 0; i < (clients == 1 ? 200 : 50); i++)
                {
                    var at = Stopwatch.GetTimestamp();
                    await ledger.PostAsync(Interlocked.Increment(ref number));
                    lock (took)
                    {
                        took.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                    }
                }
            }));
            Print($"{clients} clients posting: {took.Count / started.Elapsed.TotalSeconds:N0} reports/s; ms: median {Quantile(took, 0.5):0.0}, 95 % {Quantile(took, 0.95):0.0}");
        }
    }

    private static double Quantile(List<double> values, double part) => values.Order().ElementAt((int)((values.Count - 1) * part));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
