using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
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
    private static readonly Histogram<double> Query = Meter.CreateHistogram<double>("ledger.query.duration", "s",
        "Time to answer a query, by question and status.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    public static void ReportRecorded(Vocabulary.ReportKind kind, bool created) =>
        (created ? Recorded : Existing).Add(1, new KeyValuePair<string, object?>("kind", Vocabulary.Words.Of(kind)));

    public static void ReportRefused(string reason) => Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void AttemptFailed(string why) => Failed.Add(1, new KeyValuePair<string, object?>("reason", why));

    public static void Queried(string question, int status, TimeSpan took) => Query.Record(took.TotalSeconds,
        new KeyValuePair<string, object?>("question", question), new KeyValuePair<string, object?>("status", status));

    /// <summary>Publishes how far this node's clock is from the database's.</summary>
    public static void ObserveClock(Func<double> seconds) => Meter.CreateObservableGauge("ledger.clock.offset", seconds, "s",
        "This node's clock less the database's.");

    /// <summary>Publishes what was counted of a read model.</summary>
    public static void ObserveCompleteness(Func<(long Verified, long Missing, long Surplus)> counted)
    {
        Meter.CreateObservableGauge("ledger.completeness.verified.position", () => counted().Verified, "{position}",
            "Up to here every report was looked for in the read model.");
        Meter.CreateObservableGauge("ledger.completeness.missing", () => counted().Missing, "{report}", "Reports that the read model lacks.");
        Meter.CreateObservableGauge("ledger.completeness.surplus", () => counted().Surplus, "{row}", "Rows of the read model without a report.");
    }

    /// <summary>Joins the traces of the requests whose reports one transaction recorded: a span for each distinct one, so that an import's thousand
    /// lines make one span, not a thousand.</summary>
    /// <param name="appended">The positions that were recorded, each with the trace that asked for it.</param>
    public static void Appended(IEnumerable<(ActivityContext Trace, long Position)> appended, DateTimeOffset started, DateTimeOffset ended)
    {
        if (!Source.HasListeners())
        {
            return;
        }

        foreach (var trace in appended.GroupBy(x => x.Trace))
        {
            using var span = Source.StartActivity("append", ActivityKind.Internal, trace.Key, startTime: started);
            span?.SetTag("ledger.events", trace.Count());
            span?.SetTag("ledger.position.first", trace.Min(x => x.Position));
            span?.SetTag("ledger.position.last", trace.Max(x => x.Position));
            span?.SetEndTime(ended.UtcDateTime);
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
