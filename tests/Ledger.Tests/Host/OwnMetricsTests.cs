using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Ledger.Tests.Host;

/// <summary>What is counted is what became of reports in the ledger, once, and by the service that did it.</summary>
public sealed class OwnMetricsTests
{
    [Fact]
    public async Task Two_services_in_one_process_count_each_their_own()
    {
        await using var one = await Counted.StartAsync();
        await using var other = await Counted.StartAsync();
        await one.Service.ReportAsync("deliveries", ReportBodies.Delivery("one").ToJsonString());
        for (var i = 0; i < 2; i++)
        {
            await other.Service.ReportAsync("deliveries", ReportBodies.Delivery($"other-{i}").ToJsonString());
            await Service.PostAsync(other.Service.Reporter, "/v1/deliveries", """{"recipient":"XXX"}""");
        }

        Assert.Equal((1L, 0L), (one.Of("ledger.reports.recorded"), one.Of("ledger.reports.refused")));
        Assert.Equal((2L, 2L), (other.Of("ledger.reports.recorded"), other.Of("ledger.reports.refused")));
    }

    [Fact]
    public async Task Whatever_the_door_a_report_is_counted_once_and_a_dry_run_not_at_all()
    {
        await using var counted = await Counted.StartAsync();
        var reporter = counted.Service.Reporter;
        await counted.Service.ReportAsync("deliveries", ReportBodies.Delivery("here").ToJsonString());
        await Service.PostAsync(reporter, "/v1/deliveries", ReportBodies.Delivery("here").ToJsonString());
        // By its own rules, and by the history.
        await Service.PostAsync(reporter, "/v1/deliveries", """{"recipient":"XXX"}""");
        await Service.PostAsync(reporter, "/v1/deliveries", ReportBodies.Delivery("here", n: 4).ToJsonString());
        Assert.Equal((1L, 1L, 2L), counted.Reports());
        var lines = Import.FileOf([Import.Delivery("there"), Import.Delivery("here"), Import.Delivery("here", n: 4), Import.Line("deliveries", ReportBodies.Parse("{}"))]);
        await Import.PostAsync(reporter, lines);
        Assert.Equal((2L, 2L, 4L), counted.Reports());
        await Import.PostAsync(reporter, lines, "?dryRun=true");
        Assert.Equal((2L, 2L, 4L), counted.Reports());
    }

    [Fact]
    public async Task What_becomes_of_a_report_is_counted_though_its_client_has_gone()
    {
        await using var counted = await Counted.StartAsync();
        await counted.Service.ReportAsync("deliveries", ReportBodies.Delivery("left").ToJsonString());
        await using (var held = new NpgsqlConnection(counted.Service.ConnectionString))
        {
            // The append lock is held, so that nothing is decided before the clients have gone.
            await held.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await held.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var take = new NpgsqlCommand(Ledger.Store.AppendLock.Take, held, transaction);
            await take.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            using var leaving = new CancellationTokenSource();
            var posts = new[] { ReportBodies.Delivery("left", n: 4), ReportBodies.Delivery("left-new"), ReportBodies.Delivery("left") }.Select(async body =>
            {
                using var content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => counted.Service.Reporter.PostAsync("/v1/deliveries", content, leaving.Token));
            }).ToArray();
            // One recorder waits for all three: that it waits shows one of them, and the others are given the time to be read.
            await Eventually.IsSoAsync("The recorder should wait for the lock.", async () => await counted.Service.ScalarAsync<long>(
                "select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())") > 0);
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
            await leaving.CancelAsync();
            await Task.WhenAll(posts);
        }

        await Eventually.GetAsync("All three should be counted.", () => Task.FromResult(counted.Reports()), x => x == (2L, 1L, 1L));
    }

    /// <summary>A service, and what it sends when it is asked to.</summary>
    private sealed class Counted(Service service, List<Metric> metrics, BaseExportingMetricReader reader) : IAsyncDisposable
    {
        public Service Service { get; } = service;

        public static async Task<Counted> StartAsync()
        {
            var metrics = new List<Metric>();
            // A reader that collects only when it is told to.
            var reader = new BaseExportingMetricReader(new InMemoryExporter<Metric>(metrics));
            return new Counted(await Service.StartAsync(builder => builder.Services.ConfigureOpenTelemetryMeterProvider(x => x.AddReader(reader))), metrics, reader);
        }

        /// <summary>Recorded, existing and refused.</summary>
        public (long, long, long) Reports() => (Of("ledger.reports.recorded"), Of("ledger.reports.existing"), Of("ledger.reports.refused"));

        /// <summary>The sum of a counter over its tags.</summary>
        public long Of(string name)
        {
            metrics.Clear();
            Assert.True(Service.Services.GetRequiredService<MeterProvider>().ForceFlush());
            var sum = 0L;
            foreach (var metric in metrics.Where(x => x.Name == name))
            {
                foreach (var point in metric.GetMetricPoints())
                {
                    sum += point.GetSumLong();
                }
            }

            return sum;
        }

        public async ValueTask DisposeAsync()
        {
            await Service.DisposeAsync();
            reader.Dispose();
        }
    }
}
