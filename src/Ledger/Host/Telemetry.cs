using System.Diagnostics.Metrics;
using System.Reflection;
using Ledger.Problems;
using Ledger.Reports;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ledger.Host;

/// <summary>Registers OpenTelemetry: the service's spans (<see cref="RecordingTrace"/>) and metrics (<see cref="LedgerMetrics"/>), and
/// those of the libraries.</summary>
public static class Telemetry
{
    /// <summary>Exports traces, metrics and logs by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; nothing is exported
    /// otherwise.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        var version = typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(x => x.AddService(LedgerMetrics.MeterName, serviceVersion: version))
            .WithTracing(x => x.AddSource(RecordingTrace.SourceName, "Marten", "Wolverine").AddAspNetCoreInstrumentation().AddNpgsql())
            .WithMetrics(x => x.AddMeter(LedgerMetrics.MeterName, "Marten", "Wolverine*", "Npgsql")
                .AddAspNetCoreInstrumentation().AddRuntimeInstrumentation());
        builder.Services.AddSingleton<LedgerMetrics>();
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, provider) =>
        {
            // A provider collects every meter of the name in the process, also one of another service in the same process (tests).
            var own = services.GetRequiredService<IMeterFactory>();
            provider.AddView(x => x.Meter.Name == LedgerMetrics.MeterName && x.Meter.Scope != own ? MetricStreamConfiguration.Drop : null);
        });
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            telemetry.WithLogging().UseOtlpExporter();
        }
    }
}
