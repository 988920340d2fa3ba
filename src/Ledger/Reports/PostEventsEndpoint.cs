using System.Globalization;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>POST /v1/events: reports as CloudEvents, one (structured mode) or many (batch). A batch is recorded whole or not at all, in
/// the order in which it stands.</summary>
public static class PostEventsEndpoint
{
    private const string One = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/events", PostAsync).WithMetadata(new RequiresScope(Scopes.Report)).WithName("post-events");

    private static Task PostAsync(HttpContext http, Recorder recorder)
    {
        QueryParameters.None(http);
        return RequestBody.MustBeOneOf(http, [One, Batch]) == One ? OneAsync(http, recorder) : BatchAsync(http, recorder);
    }

    private static async Task OneAsync(HttpContext http, Recorder recorder)
    {
        using var body = StrictJson.Parse(await RequestBody.ReadAsync(http, Limits.ReportBytes + Limits.EnvelopeBytes));
        var recorded = (await RecordAsync(http, recorder, [CloudEvent.Read(body.RootElement, RequestCaller.Of(http))], _ => ""))[0];
        http.Response.Headers.Location = $"/v1/reports/{recorded.EventId}";
        await JsonResponse.JsonAsync(http, recorded.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            writer => ReportJson.WriteAnswer(writer, recorded));
    }

    private static async Task BatchAsync(HttpContext http, Recorder recorder)
    {
        using var body = StrictJson.Parse(await RequestBody.ReadAsync(http, Limits.BatchBytes), JsonValueKind.Array);
        if (body.RootElement.GetArrayLength() > Limits.BatchEvents)
        {
            throw new ProblemException(ProblemKinds.TooLarge, $"A batch has at most {Limits.BatchEvents} events.");
        }

        var all = await RecordAsync(http, recorder, ReadAll(body.RootElement, RequestCaller.Of(http)), index => $"/{index}");
        await JsonResponse.JsonAsync(http, all.Any(x => x.Created) ? StatusCodes.Status201Created : StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray();
            foreach (var recorded in all)
            {
                ReportJson.WriteAnswer(writer, recorded);
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Every event, or a refusal of the batch: all broken rules of all of them, or the first fault of another kind.</summary>
    private static List<ValidReport> ReadAll(JsonElement events, Caller caller)
    {
        var posted = new List<ValidReport>(events.GetArrayLength());
        var broken = new List<ProblemError>();
        var index = 0;
        foreach (var said in events.EnumerateArray())
        {
            try
            {
                posted.Add(CloudEvent.Read(said, caller));
            }
            catch (ProblemException refusal) when (refusal.Kind == ProblemKinds.Invalid)
            {
                broken.AddRange(Under($"/{index}", refusal.Errors));
            }
            catch (ProblemException refusal)
            {
                throw refusal.With([.. Under($"/{index}", refusal.Errors)]);
            }

            index++;
        }

        return broken.Count == 0 ? posted : throw BrokenRules.Problem(broken);
    }

    /// <param name="pointerOf">Leads to the event of an index.</param>
    private static async Task<IReadOnlyList<RecordedReport>> RecordAsync(
        HttpContext http, Recorder recorder, IReadOnlyList<ValidReport> posted, Func<int, string> pointerOf)
    {
        try
        {
            var recorded = await recorder.RecordAsync(posted, null, http.RequestAborted);
            http.Response.Headers["Ledger-Position"] = recorded.Select(x => x.Position).Append(0).Max().ToString(CultureInfo.InvariantCulture);
            return recorded;
        }
        catch (ProblemException refusal) when (refusal.Index is { } index)
        {
            // An identity that is taken is the event's own fault, not that of a member of its report.
            throw refusal.With([.. Under(pointerOf(index), refusal.Errors.Count > 0
                ? refusal.Errors.Select(CloudEvent.Placed) : [new ProblemError("/id", "identityTaken", "Source and id name a different report already.")])]);
        }
    }

    private static IEnumerable<ProblemError> Under(string pointer, IEnumerable<ProblemError> errors) => errors.Select(x => x with { At = pointer + x.At });
}
