using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using JasperFx.Events;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ledger.Hosting;

/// <summary>What the service says of itself: its own metrics and spans, and where they are sent (OTLP, when an endpoint is configured).</summary>
public static class Telemetry
{
    public const string ServiceName = "ledger";

    /// <summary>The event header that carries the request's trace (W3C traceparent) to the projection.</summary>
    public const string TraceHeader = "traceparent";

    public static readonly ActivitySource Source = new(ServiceName);

    /// <summary>The running build, part of every ETag: another build may write the same answer differently.</summary>
    public static readonly string Build = typeof(Telemetry).Assembly.ManifestModule.ModuleVersionId.ToString("N")[..12];

    private static readonly Meter Meter = new(ServiceName);
    private static readonly Counter<long> Recorded = Meter.CreateCounter<long>("ledger.reports.recorded", "{report}", "Reports recorded, by kind.");
    private static readonly Counter<long> Existing = Meter.CreateCounter<long>("ledger.reports.existing", "{report}",
        "Posts of a report that was there already, by kind.");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("ledger.reports.refused", "{report}", "Reports refused, by reason.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("ledger.auth.failed", "{attempt}",
        "Presented keys that opened nothing, by reason.");
    private static readonly Counter<long> Used = Meter.CreateCounter<long>("ledger.projection.events", "{event}", "Events used by the read model.");
    private static readonly Histogram<double> Query = Meter.CreateHistogram<double>("ledger.query.duration", "s",
        "Time to answer a query, by question and status.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    public static void ReportRecorded(Vocabulary.ReportKind kind, bool created) =>
        (created ? Recorded : Existing).Add(1, new KeyValuePair<string, object?>("kind", Vocabulary.Words.Of(kind)));

    public static void ReportRefused(string reason) => Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void AttemptFailed(string why) => Failed.Add(1, new KeyValuePair<string, object?>("reason", why));

    public static void Queried(string question, int status, TimeSpan took) => Query.Record(took.TotalSeconds,
        new KeyValuePair<string, object?>("question", question), new KeyValuePair<string, object?>("status", status));

    /// <summary>Publishes how far a read model is behind the ledger's end.</summary>
    public static void ObserveLag(Func<(long Positions, double Seconds, bool Stalled)> lag)
    {
        Meter.CreateObservableGauge("ledger.projection.lag.positions", () => lag().Positions, "{position}",
            "Positions between the ledger's end and the read model.");
        Meter.CreateObservableGauge("ledger.projection.lag.seconds", () => lag().Seconds, "s", "Age of the oldest event that the read model has not used.");
        Meter.CreateObservableGauge("ledger.projection.stalled", () => lag().Stalled ? 1 : 0, null,
            "1 where there is work and the read model stands still; else 0.");
    }

    /// <summary>Publishes what was counted of a read model.</summary>
    public static void ObserveCompleteness(Func<(long Verified, long Missing, long Surplus)> counted)
    {
        Meter.CreateObservableGauge("ledger.completeness.verified.position", () => counted().Verified, "{position}",
            "Up to here every report was looked for in the read model.");
        Meter.CreateObservableGauge("ledger.completeness.missing", () => counted().Missing, "{report}", "Reports that the read model lacks.");
        Meter.CreateObservableGauge("ledger.completeness.surplus", () => counted().Surplus, "{row}", "Rows of the read model without a report.");
    }

    /// <summary>Joins the traces of the requests that recorded these events: a span for each distinct one, so that a report's trace
    /// leads from its request to the projection that used it, and an import's thousand lines make one span, not a thousand.</summary>
    public static void Projected(IReadOnlyList<IEvent> events, TimeSpan took, DateTimeOffset ended)
    {
        Used.Add(events.Count);
        if (!Source.HasListeners())
        {
            return;
        }

        foreach (var trace in events.GroupBy(x => x.GetHeader(TraceHeader)?.ToString(), StringComparer.Ordinal))
        {
            if (ActivityContext.TryParse(trace.Key, null, isRemote: true, out var parent))
            {
                using var span = Source.StartActivity("evidence project", ActivityKind.Consumer, parent, startTime: ended - took);
                span?.SetTag("ledger.events", trace.Count());
                span?.SetTag("ledger.position.first", trace.First().Sequence);
                span?.SetTag("ledger.position.last", trace.Last().Sequence);
                span?.SetEndTime(ended.UtcDateTime);
            }
        }
    }

    /// <summary>Traces, metrics and logs by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; collected for nobody otherwise.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var version = typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(x => x.AddService(ServiceName, serviceVersion: version))
            .WithTracing(x => x.AddSource(ServiceName, "Marten", "Wolverine").AddAspNetCoreInstrumentation().AddNpgsql())
            .WithMetrics(x => x.AddMeter(ServiceName, "Marten", "Wolverine*", "Npgsql").AddAspNetCoreInstrumentation().AddRuntimeInstrumentation());
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            telemetry.WithLogging().UseOtlpExporter();
        }
    }
}
