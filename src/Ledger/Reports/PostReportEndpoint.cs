using System.Globalization;
using System.Text.Json;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>POST /v1/{path of the kind}: records one report; 201 where it is new, 200 where it was recorded before. With
/// <c>?dryRun=true</c> it decides, records nothing and answers what would come of it; a refusal is the same.</summary>
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
            routes.MapPost($"/v1/{path}",
                    (HttpContext http, Recorder recorder, IPostAnswers answers, TimeProvider clock) =>
                    PostAsync(kind, http, recorder, answers, clock))
                .WithMetadata(new RequiresScope(Scopes.Report));
        }
    }

    /// <summary>Whether the parameter <c>dryRun</c> of a post says so.</summary>
    /// <exception cref="ProblemException">400: another parameter, or neither true nor false.</exception>
    internal static bool IsDryRun(HttpContext http) => QueryParameters.Of(http, "dryRun").Word("dryRun", ["true", "false"]) == "true";

    /// <summary>Answers one post. A dry run has no <c>Location</c> and no <c>Ledger-Position</c>: it made nothing.</summary>
    internal static async Task AnswerAsync(HttpContext http, RecordedReport report, bool isDryRun, IPostAnswers answers)
    {
        if (!isDryRun)
        {
            http.Response.Headers.Location = $"/v1/reports/{report.EventId}";
            http.Response.Headers["Ledger-Position"] = report.Position.ToString(CultureInfo.InvariantCulture);
        }

        var caller = RequestCaller.Of(http);
        var also = isDryRun ? await answers.OfDryRunAsync(report, caller, http.RequestAborted)
            : await answers.OfRecordedAsync(report, caller);
        await JsonResponse.JsonAsync(http, report.Created && !isDryRun ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            writer => ReportJson.WriteAnswer(writer, report, also));
    }

    private static async Task PostAsync(ReportKind kind, HttpContext http, Recorder recorder, IPostAnswers answers, TimeProvider clock)
    {
        var isDryRun = IsDryRun(http);
        CloudEventHeaders.Refuse(http.Request.Headers);
        using var body = await RequestBody.ReadJsonAsync(http);
        if (body.RootElement.TryGetProperty("kind", out var kindMember) && kindMember.ValueKind != JsonValueKind.Null)
        {
            throw new ProblemException(ProblemKinds.Malformed, "The kind is said by the path.")
            {
                Errors = [new ProblemError("/kind", "unknownMember", "The kind is said by the path; only a line of an import names it.")],
            };
        }

        var posted = Intake.Read(kind, body.RootElement, RequestCaller.Of(http), clock.GetUtcNow());
        var report = (await recorder.RecordAsync([posted], http.RequestAborted, isDryRun ? new DryRun() : null))[0];
        await AnswerAsync(http, report, isDryRun, answers);
    }
}
