using System.Text.Json;
using System.Text.RegularExpressions;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Ledger.Tests.Host;

/// <summary>An alert on a metric that does not exist is silent for ever: what the alerts and the dashboard ask for is held against what the
/// running service sends.</summary>
public sealed partial class MetricNamesTests
{
    /// <summary>What the collector and Prometheus make by themselves (httpcheck and hostmetrics receivers; the ALERTS of the rules).</summary>
    private static readonly Dictionary<string, string[]> FromOthers = new(StringComparer.Ordinal)
    {
        ["httpcheck_status"] = ["http_url", "http_status_code", "http_method", "http_status_class"],
        ["system_filesystem_usage_bytes"] = ["device", "mode", "mountpoint", "type", "state"],
        ["ALERTS"] = ["alertname", "alertstate", "severity"],
    };

    /// <summary>Of every series: the service and the node, and a bucket's bound.</summary>
    private static readonly string[] OfAll = ["job", "instance", "le"];

    [Fact]
    public async Task Every_metric_and_label_that_the_alerts_and_the_dashboard_ask_for_is_sent_by_the_service()
    {
        var sent = await SentAsync();
        var faults = new List<string>();
        foreach (var (at, query) in Queries())
        {
            var chosen = PromQuery.Of(query);
            Assert.True(chosen.Metrics.Count > 0, $"{at}: {query}");
            var known = new HashSet<string>(OfAll);
            foreach (var (metric, labels) in chosen.Metrics)
            {
                if (!sent.TryGetValue(metric, out var has))
                {
                    faults.Add($"{at}: there is no metric {metric}.");
                    continue;
                }

                known.UnionWith(has);
                faults.AddRange(labels.Where(x => !has.Contains(x) && !OfAll.Contains(x)).Select(x => $"{at}: {metric} has no label {x}."));
            }

            faults.AddRange(chosen.Labels.Where(x => !known.Contains(x)).Select(x => $"{at}: none of its metrics has a label {x}."));
        }

        Assert.Empty(faults);
    }

    /// <summary>A service that does what the metrics speak of, once each, and what it then sends: names as Prometheus will have them.</summary>
    private static async Task<Dictionary<string, HashSet<string>>> SentAsync()
    {
        var metrics = new List<Metric>();
        // A reader that collects only when it is told to.
        using var reader = new BaseExportingMetricReader(new InMemoryExporter<Metric>(metrics));
        await using var service = await Service.StartAsync(builder => builder.Services.ConfigureOpenTelemetryMeterProvider(x => x.AddReader(reader)));
        var posted = await service.ReportAsync("deliveries", ReportBodies.Delivery("measured").ToJsonString());
        await Service.PostAsync(service.Reporter, "/v1/deliveries", ReportBodies.Delivery("measured").ToJsonString());
        await Service.PostAsync(service.Reporter, "/v1/deliveries", """{"recipient":"XXX"}""");
        await service.AskAsync("/v1/countries", posted.Position);
        using var stranger = service.Client(null);
        await stranger.SendAsync(HttpMethod.Get, "/v1/countries", ("Authorization", "Bearer ldg_opens-nothing"));
        Assert.True(service.Services.GetRequiredService<MeterProvider>().ForceFlush());

        var sent = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (name, labels) in FromOthers)
        {
            sent[name] = [.. labels];
        }

        foreach (var metric in metrics)
        {
            var labels = new HashSet<string>();
            foreach (var point in metric.GetMetricPoints())
            {
                foreach (var tag in point.Tags)
                {
                    labels.Add(Unfit().Replace(tag.Key, "_"));
                }
            }

            foreach (var name in NamesOf(metric))
            {
                sent.TryAdd(name, []);
                sent[name].UnionWith(labels);
            }
        }

        return sent;
    }

    /// <summary>The rules of the collector's Prometheus exporter: its translation strategy UnderscoreEscapingWithSuffixes.</summary>
    private static IEnumerable<string> NamesOf(Metric metric)
    {
        var parts = Unfit().Split(metric.Name).Where(x => x.Length > 0).ToList();
        var unit = metric.Unit switch { "s" => "seconds", "By" => "bytes", _ => "" };
        if (unit.Length > 0 && !parts.Contains(unit))
        {
            parts.Add(unit);
        }

        if (metric.MetricType is MetricType.LongSum or MetricType.DoubleSum)
        {
            parts.Remove("total");
            parts.Add("total");
        }

        if (metric is { Unit: "1", MetricType: MetricType.LongGauge or MetricType.DoubleGauge })
        {
            parts.Add("ratio");
        }

        var name = string.Join('_', parts);
        return metric.MetricType is MetricType.Histogram ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"] : [name];
    }

    private static IEnumerable<(string At, string Query)> Queries()
    {
        foreach (Match expression in Expression().Matches(File.ReadAllText(Path.Combine(TidyTests.Root, "ops/alerts.yaml"))))
        {
            yield return (expression.Groups[1].Value, expression.Groups[2].Value);
        }

        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(TidyTests.Root, "ops/grafana/ledger.json")));
        foreach (var query in ExpressionsIn(dashboard.RootElement).ToList())
        {
            yield return ("dashboard", query);
        }
    }

    private static IEnumerable<string> ExpressionsIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(x =>
            x.Name == "expr" && x.Value.ValueKind is JsonValueKind.String ? [x.Value.GetString()!] : ExpressionsIn(x.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(ExpressionsIn),
        _ => [],
    };

    [GeneratedRegex("[^a-zA-Z0-9]+")]
    private static partial Regex Unfit();

    /// <summary>On one line, or on the deeper ones below.</summary>
    [GeneratedRegex(@"- alert: (\w+)\n +expr: (?:\|\n)?((?:.+\n)(?:          .+\n)*)")]
    private static partial Regex Expression();
}
