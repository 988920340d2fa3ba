using System.Globalization;
using Ledger.Problems;
using Ledger.Reports;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/reports/{eventId}: one report as it was said, from the store itself: it is there as soon as its post was answered.</summary>
public static class ReportEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/reports/{eventId}", OneAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("report");

    private static async Task OneAsync(HttpContext http, string eventId, Sources sources)
    {
        var query = QueryParameters.Of(http, [.. ClockParameters.Names]);
        // A report is what it is at any clock; only what the ledger knew of it, and when, can be asked.
        var knownAt = query.IsEmpty ? long.MaxValue
            : await sources.Bases.ResolveAsync(ClockParameters.Of(query), null, http.RequestAborted) is { Pinned: true } basis ? basis.Position : long.MaxValue;
        // Read before anything is written to a client that may be slow to read: no connection waits for it.
        if (!Guid.TryParseExact(eventId, "D", out var id) || await sources.Reports.FindAsync(id, http.RequestAborted) is not { } report
            || report.Position > knownAt)
        {
            throw new ProblemException(ProblemKinds.NotFound, $"There is no report with the event id '{Unknown.Short(eventId)}'.");
        }

        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers["Ledger-Position"] = report.Position.ToString(CultureInfo.InvariantCulture);
        // A report never changes, so its event id is all that a validator needs.
        if (!EntityTag.IsHeld(http, EntityTag.Of($"{report.EventId:N}")))
        {
            await JsonResponse.JsonAsync(http, StatusCodes.Status200OK, writer => ReportJson.Write(writer, report));
        }
    }
}
