using System.Globalization;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>POST /v1/{path of the kind}: records one report; 201 where it is new, 200 where it was recorded before.</summary>
public static class PostReportEndpoint
{
    /// <summary>The path of each kind, below <c>/v1</c>.</summary>
    public static readonly IReadOnlyDictionary<ReportKind, string> Paths = new Dictionary<ReportKind, string>
    {
        [ReportKind.Announcement] = "announcements",
        [ReportKind.Contract] = "contracts",
        [ReportKind.Delivery] = "deliveries",
        [ReportKind.Milestone] = "milestones",
        [ReportKind.Observation] = "observations",
        [ReportKind.Loss] = "losses",
        [ReportKind.Retraction] = "retractions",
        [ReportKind.Delisting] = "delistings",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (kind, path) in Paths)
        {
            routes.MapPost($"/v1/{path}", (HttpContext http, Recorder recorder) => PostAsync(kind, http, recorder))
                .WithMetadata(new RequiresScope(Scopes.Report));
        }
    }

    private static async Task PostAsync(ReportKind kind, HttpContext http, Recorder recorder)
    {
        QueryParameters.None(http);
        using var body = await RequestBody.ReadJsonAsync(http);
        if (body.RootElement.TryGetProperty("kind", out _))
        {
            throw new ProblemException(ProblemKinds.Malformed, "The kind is said by the path.")
            {
                Errors = [new ProblemError("/kind", "unknownMember", "The kind is said by the path; only a line of an import names it.")],
            };
        }

        var posted = Intake.Read(kind, body.RootElement, RequestCaller.Of(http));
        var recorded = (await recorder.RecordAsync([posted], http.RequestAborted))[0];
        http.Response.Headers.Location = $"/v1/reports/{recorded.EventId}";
        http.Response.Headers["Ledger-Position"] = recorded.Position.ToString(CultureInfo.InvariantCulture);
        await JsonResponse.JsonAsync(http, recorded.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            writer => ReportJson.WriteAnswer(writer, recorded));
    }
}
