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
        // A report does not depend on asOf and reportedBy; knownAt decides whether the ledger held it.
        var basis = query.IsEmpty ? null : await sources.Bases.ResolveAsync(ClockParameters.Of(query), null, http.RequestAborted);
        var knownAt = basis is { Pinned: true } ? basis.Position : long.MaxValue;
        // Read completely before the response is written: no database connection waits for a slow client.
        if (!Guid.TryParseExact(eventId, "D", out var id) || await sources.Reports.FindAsync(id, http.RequestAborted) is not { } report
            || report.Position > knownAt)
        {
            throw new ProblemException(ProblemKinds.NotFound, $"There is no report with the event id '{QueryParameters.Shown(eventId)}'.");
        }

        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers["Ledger-Position"] = report.Position.ToString(CultureInfo.InvariantCulture);
        // A report never changes, so its event id suffices as a validator.
        if (!EntityTag.IsHeld(http, EntityTag.Of($"{report.EventId:N}")))
        {
            await JsonResponse.JsonAsync(http, StatusCodes.Status200OK, writer => ReportJson.Write(writer, report));
        }
    }
}
