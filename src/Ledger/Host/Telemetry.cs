using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using Ledger.Facts;
using Ledger.Problems;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ledger.Host;

/// <summary>The service's spans, and where they and its metrics (<see cref="LedgerMetrics"/>) are sent: by OTLP, when an endpoint is
/// configured.</summary>
public static class Telemetry
{
    public const string ServiceName = "ledger";

    public static readonly ActivitySource Source = new(ServiceName);

    /// <summary>The running build, part of every ETag: another build may write the same answer differently.</summary>
    public static readonly string Build = typeof(Telemetry).Assembly.ManifestModule.ModuleVersionId.ToString("N")[..12];

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
        builder.Services.AddSingleton<LedgerMetrics>();
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, provider) =>
        {
            // A provider hears every meter of its name in the process; another service's are not this one's to send.
            var own = services.GetRequiredService<IMeterFactory>();
            provider.AddView(x => x.Meter.Name == ServiceName && x.Meter.Scope != own ? MetricStreamConfiguration.Drop : null);
        });
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            telemetry.WithLogging().UseOtlpExporter();
        }
    }
}
