using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ledger.Tests.Evidence;

/// <summary>A read model that stops or skips is noticed, and said.</summary>
[Collection(Alone.Name)]
public class ReadModelAuditTests
{
    [Fact]
    public async Task A_row_that_was_deleted_behind_our_back_is_missed_and_a_rebuild_brings_it_back()
    {
        var said = new Said();
        using var gauges = new Gauges();
        await using var service = await Service.StartAsync(builder => builder.Logging.AddProvider(said));
        await Questions.RefoldedAnswersTests.FillAsync(service);
        var counting = service.Services.GetRequiredService<ReadModelAudit>();
        await counting.CountOnceAsync(TestContext.Current.CancellationToken);
        var ready = await Service.GetAsync(service.Reader, "/health/ready");
        Assert.Equal(200, ready.Status);
        Assert.Equal(ready.Json.Long("end"), ready.Json.Items("readModels")[0].Long("verified"));
        Assert.Equal(0, ready.Json.Items("readModels")[0].Long("missing"));

        var gone = await service.ScalarAsync<long>(
            "delete from ledger.evidence where position = (select position from ledger.evidence order by position offset 30 limit 1) returning position");
        await counting.CountOnceAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 0, gone), (counting.Last.Missing, counting.Last.Surplus, counting.Last.First));
        Assert.Contains((LogLevel.Error, "Incomplete"), said.All);
        Assert.Equal(1, gauges["ledger.completeness.missing"]);
        var answer = await Service.GetAsync(service.Reader, "/health/ready");
        Assert.Equal(503, answer.Status);
        Assert.EndsWith("urn:ledger:problem:incomplete", answer.Json.Text("type"), StringComparison.Ordinal);
        Assert.Contains($"lacks 1 reports and has 0 rows without one, the first at position {gone}", answer.Json.Text("detail"), StringComparison.Ordinal);

        await new Rebuild(service.Services.GetRequiredService<SessionConnections>(), service.Services.GetRequiredService<StoredEvents>())
            .RunAsync(new Reported(), TestContext.Current.CancellationToken);
        await counting.CountOnceAsync(TestContext.Current.CancellationToken);
        Assert.True(counting.Last.IsComplete);
        Assert.Equal(200, (await Service.GetAsync(service.Reader, "/health/ready")).Status);
    }

    [Fact]
    public async Task A_read_model_whose_table_is_gone_is_not_ready()
    {
        await using var service = await Service.StartAsync();
        await using (var dropping = service.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().CreateCommand("drop table ledger.evidence"))
        {
            await dropping.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var ready = await Eventually.GetAsync("It should not be ready.", () => Service.GetAsync(service.Reader, "/health/ready"), x => x.Status == 503);
        Assert.Contains("""cannot be counted: relation "ledger.evidence" does not exist""", ready.Json.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_without_a_report_is_noticed_even_where_the_counts_are_even()
    {
        await using var service = await Service.StartAsync();
        await Questions.RefoldedAnswersTests.FillAsync(service);
        await service.ScalarAsync<int>("with moved as (update ledger.evidence set position = 3 where position = (select max(position) from ledger.evidence) returning 1) "
            + "select count(*)::int from moved");
        var counting = service.Services.GetRequiredService<ReadModelAudit>();
        await counting.CountOnceAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 1, 3L), (counting.Last.Missing, counting.Last.Surplus, counting.Last.First));
    }

    [Fact]
    public async Task Every_event_that_the_read_model_has_used_is_counted_without_anybody_asking()
    {
        await using var service = await Service.StartAsync();
        var posted = await ReportBuilder.Report("KGZ", "aksungur", 1).PostAsync(service);
        await service.AskAsync("/v1/countries", posted.Position);
        var counting = service.Services.GetRequiredService<ReadModelAudit>();
        await Eventually.GetAsync($"Everything up to {posted.Position} should be counted.", () => Task.FromResult(counting.Last), x => x.Verified >= posted.Position);

        Assert.True(counting.Last.IsComplete);
    }

    [Fact]
    public async Task A_clock_that_goes_wrong_is_told_and_measured_and_so_is_its_recovery()
    {
        var (clock, said) = (new AheadClock(), new Said());
        using var gauges = new Gauges();
        await using var service = await Service.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Logging.AddProvider(said);
        });
        var watch = service.Services.GetRequiredService<DatabaseWatch>();
        clock.Ahead = TimeSpan.FromMinutes(2);
        await watch.ProbeAsync(TestContext.Current.CancellationToken);
        Assert.Contains((LogLevel.Error, "ClockOff"), said.All);
        Assert.InRange(gauges["ledger.clock.offset"], 100, 121);
        clock.Ahead = TimeSpan.Zero;
        await watch.ProbeAsync(TestContext.Current.CancellationToken);
        Assert.Contains((LogLevel.Warning, "ClockGood"), said.All);
        Assert.InRange(gauges["ledger.clock.offset"], -5, 5);
    }

    /// <summary>The gauges of the one service that is started after this.</summary>
    private sealed class Gauges : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);
        private readonly bool _isListening;

        public Gauges()
        {
            _listener.InstrumentPublished = (instrument, itself) =>
            {
                if (_isListening && instrument.Meter.Name == LedgerMetrics.MeterName)
                {
                    itself.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _values[instrument.Name] = value);
            _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _values[instrument.Name] = value);
            _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _values[instrument.Name] = value);
            _listener.Start();
            _isListening = true;
        }

        public double this[string name]
        {
            get
            {
                _listener.RecordObservableInstruments();
                return _values[name];
            }
        }

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>The real clock, set ahead.</summary>
    private sealed class AheadClock : TimeProvider
    {
        private readonly MicrosecondClock _real = new();

        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => _real.GetUtcNow() + Ahead;
    }

    /// <summary>Remembers what was logged.</summary>
    private sealed class Said : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel, string?)> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue((logLevel, eventId.Name));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
