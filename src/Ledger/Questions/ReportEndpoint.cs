using System.Globalization;
using Ledger.Problems;
using Ledger.Reports;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/reports/{eventId}: one report as recorded, read from the event store.</summary>
public static class ReportEndpoint
{
    private static readonly string[] Parameters = [.. ClockParameters.Names];

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/reports/{eventId}", OneAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("report");

    private static async Task OneAsync(HttpContext http, string eventId, Sources sources)
    {
        var query = QueryParameters.Of(http, Parameters);
        // A report does not depend on asOf and reportedBy; knownAt decides whether the ledger held it, and which names its platform had.
        var basis = await sources.Bases.ResolveAsync(ClockParameters.Of(query), null, http.RequestAborted);
        var knownAt = basis.Pinned ? basis.Position : long.MaxValue;
        // Read completely before the response is written: no database connection waits for a slow client.
        if (!Guid.TryParseExact(eventId, "D", out var id) || await sources.Reports.FindAsync(id, http.RequestAborted) is not { } report
            || report.Position > knownAt)
        {
            throw new ProblemException(ProblemKinds.NotFound, $"There is no report with the event id '{QueryParameters.Shown(eventId)}'.");
        }

        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers["Ledger-Position"] = report.Position.ToString(CultureInfo.InvariantCulture);
        var listed = await ListedAsync(report, basis, sources, http.RequestAborted);
        // A report never changes; the name of its platform may.
        if (!EntityTag.IsHeld(http, EntityTag.Of($"{report.EventId:N}\n{listed.Platform}\n{listed.PlatformName}")))
        {
            await JsonResponse.JsonAsync(http, StatusCodes.Status200OK, listed.Write);
        }
    }

    private static async Task<ListedReport> ListedAsync(
        RecordedReport report, Basis basis, Sources sources, CancellationToken cancellation)
    {
        var row = ListedReport.RowOf(report, report.Position, report.RecordedAt);
        var target = ListedReport.DayOf(row.Evidence) is { } id ? await sources.Evidence.OfIdsAsync([id], cancellation) : [];
        return ListedReport.Of(report, row, target.Select(x => x.Evidence).FirstOrDefault(), basis.Catalogue);
    }
}
