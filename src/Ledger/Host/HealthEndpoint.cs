using System.Globalization;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Web;

namespace Ledger.Host;

/// <summary>GET /health/live: the process responds. GET /health/ready: so does the database, its clock and this node's agree, the service
/// is not stopping, and the audit of the read model found it complete: no answer is better than a wrong one.</summary>
public static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", (HttpContext http) => JsonResponse.JsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", "live");
            writer.WriteEndObject();
        })).WithMetadata(new RequiresScope(null)).WithName("live");
        routes.MapGet("/health/ready", ReadyAsync).WithMetadata(new RequiresScope(null)).WithName("ready");
    }

    private static async Task ReadyAsync(HttpContext http, DatabaseWatch watch, ReadModelAudit audit, IHostApplicationLifetime lifetime)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new ProblemException(ProblemKinds.Unavailable, "The service is stopping.") { RetryAfter = 30 };
        }

        var state = await watch.ProbeAsync(http.RequestAborted);
        if (state.IsClockOff)
        {
            throw new ProblemException(ProblemKinds.ClockOff, string.Create(CultureInfo.InvariantCulture,
                $"This node's clock is {Math.Abs(state.ClockOffset.TotalSeconds):0.0} seconds "
                + $"{(state.ClockOffset > TimeSpan.Zero ? "ahead of" : "behind")} "
                + $"the database's; more than {Limits.ClockOffset.TotalSeconds:0} are too many. Set it right: is NTP running on both?"))
            { RetryAfter = 30 };
        }

        if (state.NeedsRebuild)
        {
            throw new ProblemException(ProblemKinds.Incomplete,
                "An upgrade of the schema left rows of the read model that lack something, and no rebuild "
                + "has ended since. The command rebuild makes it anew beside the running service; db-apply, run again, does it too.")
            { RetryAfter = 30 };
        }

        if (audit.Fault is { } fault)
        {
            throw new ProblemException(ProblemKinds.Incomplete,
                $"The read model cannot be counted: {fault}. Estimates may be wrong, or not made at all. "
                + "Where its table is gone, the command db-apply makes it and the command rebuild fills it.")
            { RetryAfter = 30 };
        }

        var counted = audit.Last;
        if (!counted.IsComplete)
        {
            throw new ProblemException(ProblemKinds.Incomplete,
                $"The read model lacks {counted.Missing} reports and has {counted.Surplus} rows without one, "
                + $"the first at position {counted.First}; counted up to {counted.Verified}. Estimates may be wrong. "
                + "The command rebuild makes it anew beside the running service.")
            { RetryAfter = 30 };
        }

        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Ledger-Position"] = state.End.ToString(CultureInfo.InvariantCulture);
        await JsonResponse.JsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", "ready");
            writer.WriteNumber("end", state.End);
            writer.WriteNumber("clockOffsetSeconds", Math.Round(state.ClockOffset.TotalSeconds, 3));
            writer.WriteStartArray("readModels");
            writer.WriteStartObject();
            writer.WriteString("name", EvidenceProjection.Name);
            writer.WriteNumber("verified", counted.Verified);
            writer.WriteNumber("missing", counted.Missing);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
