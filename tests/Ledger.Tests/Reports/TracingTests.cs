using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Ledger.Tests.Reports;

public sealed class TracingTests
{
    [Fact]
    public async Task A_reports_trace_leads_from_its_request_to_the_transaction_that_recorded_it()
    {
        var spans = new Collected<Activity>();
        var metrics = new Collected<Metric>();
        await using var service = await Service.StartAsync(builder =>
        {
            builder.Services.ConfigureOpenTelemetryTracerProvider(x => x.AddInMemoryExporter(spans));
            builder.Services.ConfigureOpenTelemetryMeterProvider(x => x.AddInMemoryExporter(metrics));
        });
        var trace = ActivityTraceId.CreateRandom();
        service.Reporter.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");

        var posted = await service.ReportAsync("deliveries", ReportBodies.Delivery("traced").ToJsonString());
        await Service.PostAsync(service.Reporter, "/v1/deliveries", """{"recipient":"XXX"}""");
        await service.AskAsync("/v1/countries", posted.Position);

        await UntilAsync(() => spans.Any(x => x.TraceId == trace && x.OperationName == "append"));
        var request = spans.Single(x => x.TraceId == trace && x.Kind == ActivityKind.Server && Equals(x.GetTagItem("http.response.status_code"), 201));
        var appended = spans.Single(x => x.TraceId == trace && x.OperationName == "append");
        Assert.Equal(request.SpanId, appended.ParentSpanId);
        Assert.Equal(posted.Position, appended.GetTagItem("ledger.position.last"));

        Assert.True(service.Services.GetRequiredService<MeterProvider>().ForceFlush());
        Assert.Contains("delivery", TagsOf(metrics, "ledger.reports.recorded", "kind"));
        Assert.Contains("invalid", TagsOf(metrics, "ledger.reports.refused", "reason"));
    }

    private static List<object?> TagsOf(IEnumerable<Metric> metrics, string name, string tag)
    {
        var values = new List<object?>();
        foreach (var metric in metrics.Where(x => x.Name == name))
        {
            foreach (var point in metric.GetMetricPoints())
            {
                foreach (var (key, value) in point.Tags)
                {
                    if (key == tag && point.GetSumLong() > 0)
                    {
                        values.Add(value);
                    }
                }
            }
        }

        return values;
    }

    private static Task UntilAsync(Func<bool> happened) => Eventually.IsSoAsync("What is traced should have come.", happened);

    /// <summary>Written by the service while the test reads.</summary>
    private sealed class Collected<T> : ICollection<T>
    {
        private readonly ConcurrentQueue<T> _items = new();

        public int Count => _items.Count;

        public bool IsReadOnly => false;

        public void Add(T item) => _items.Enqueue(item);

        public void Clear() => _items.Clear();

        public bool Contains(T item) => _items.Contains(item);

        public void CopyTo(T[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

        public bool Remove(T item) => throw new NotSupportedException();

        public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
