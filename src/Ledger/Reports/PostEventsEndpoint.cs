using System.Globalization;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>POST /v1/events: reports as CloudEvents, one (structured or binary mode) or many (batch). A batch is recorded whole or not at
/// all, in its order.</summary>
public static class PostEventsEndpoint
{
    private const string One = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/events", PostAsync).WithMetadata(new RequiresScope(Scopes.Report)).WithName("post-events");

    private static Task PostAsync(HttpContext http, Recorder recorder, IPostAnswers answers, TimeProvider clock)
    {
        var isDryRun = PostReportEndpoint.IsDryRun(http);
        if (!CloudEventHeaders.IsEvent(http.Request.Headers) && CloudEventHeaders.Any(http.Request.Headers))
        {
            return BinaryAsync(http, recorder, isDryRun, answers, clock.GetUtcNow());
        }

        return MediaTypeOf(http) == One ? OneAsync(http, recorder, isDryRun, answers, clock.GetUtcNow())
            : !isDryRun ? BatchAsync(http, recorder, clock.GetUtcNow())
            : throw QueryParameters.Bad("dryRun", "Of one event, not of a batch: POST /v1/imports checks many reports.");
    }

    private static string MediaTypeOf(HttpContext http)
    {
        try
        {
            return RequestBody.MustBeOneOf(http, [One, Batch]);
        }
        catch (ProblemException other) when (RequestBody.IsJson(RequestBody.MediaTypeOf(http.Request.Headers)))
        {
            throw new ProblemException(other.Kind, $"{other.Message} In binary mode, with {http.Request.ContentType}, "
                + "the attributes of the event are headers: ce-specversion, ce-type, ce-source, ce-id.");
        }
    }

    private static async Task OneAsync(HttpContext http, Recorder recorder, bool isDryRun, IPostAnswers answers, DateTimeOffset now)
    {
        using var body = StrictJson.Parse(await RequestBody.ReadAsync(http, Limits.ReportBytes + Limits.EnvelopeBytes));
        var posted = CloudEvent.Read(body.RootElement, RequestCaller.Of(http), now);
        var report = (await RecordAsync(http, recorder, [posted], _ => "", isDryRun ? new DryRun() : null))[0];
        await PostReportEndpoint.AnswerAsync(http, report, isDryRun, answers);
    }

    /// <summary>One event in binary mode. A problem names headers, and points into the body.</summary>
    private static async Task BinaryAsync(HttpContext http, Recorder recorder, bool isDryRun, IPostAnswers answers, DateTimeOffset now)
    {
        RequestBody.MustBeJson(http);
        using var data = StrictJson.Parse(await RequestBody.ReadAsync(http, Limits.ReportBytes));
        RecordedReport report;
        try
        {
            using var envelope = CloudEventHeaders.Envelope(http.Request.Headers, data.RootElement);
            var posted = CloudEvent.Read(envelope.RootElement, RequestCaller.Of(http), now);
            report = (await RecordAsync(http, recorder, [posted], _ => "", isDryRun ? new DryRun() : null))[0];
        }
        catch (ProblemException problem) when (problem.Kind == ProblemKinds.Invalid)
        {
            throw BrokenRules.Problem([.. problem.Errors.Select(CloudEventHeaders.Placed)]);
        }
        catch (ProblemException problem)
        {
            throw problem.With([.. problem.Errors.Select(CloudEventHeaders.Placed)]);
        }

        await PostReportEndpoint.AnswerAsync(http, report, isDryRun, answers);
    }

    private static async Task BatchAsync(HttpContext http, Recorder recorder, DateTimeOffset now)
    {
        using var body = StrictJson.Parse(await RequestBody.ReadAsync(http, Limits.BatchBytes), JsonValueKind.Array);
        if (body.RootElement.GetArrayLength() > Limits.BatchEvents)
        {
            throw ProblemException.TooLarge($"A batch has at most {Limits.BatchEvents} events.");
        }

        var all = await RecordAsync(http, recorder, ReadAll(body.RootElement, RequestCaller.Of(http), now), index => $"/{index}");
        http.Response.Headers["Ledger-Position"] = all.Select(x => x.Position).Append(0).Max().ToString(CultureInfo.InvariantCulture);
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

    /// <summary>Reads all events. Throws one problem for the batch: all broken rules of all events, or the first problem of another
    /// kind.</summary>
    private static List<ValidReport> ReadAll(JsonElement events, Caller caller, DateTimeOffset now)
    {
        var posted = new List<ValidReport>(events.GetArrayLength());
        var broken = new List<ProblemError>();
        var index = 0;
        foreach (var cloudEvent in events.EnumerateArray())
        {
            try
            {
                posted.Add(CloudEvent.Read(cloudEvent, caller, now));
            }
            catch (ProblemException problem) when (problem.Kind == ProblemKinds.Invalid)
            {
                broken.AddRange(Under($"/{index}", problem.Errors));
            }
            catch (ProblemException problem)
            {
                throw problem.With([.. Under($"/{index}", problem.Errors)]);
            }

            index++;
        }

        return broken.Count == 0 ? posted : throw BrokenRules.Problem(broken);
    }

    /// <summary>Records the reports. A problem's pointers lead into the event of the refused report.</summary>
    /// <param name="pointerOf">The pointer to the event of an index.</param>
    private static async Task<IReadOnlyList<RecordedReport>> RecordAsync(
        HttpContext http, Recorder recorder, IReadOnlyList<ValidReport> posted, Func<int, string> pointerOf, DryRun? dryRun = null)
    {
        try
        {
            return await recorder.RecordAsync(posted, http.RequestAborted, dryRun);
        }
        catch (ProblemException problem) when (problem.Index is { } index)
        {
            // A problem without errors is about the identity, which is the event's own.
            var errors = problem.Errors.Count > 0
                ? problem.Errors.Select(CloudEvent.Placed)
                : [new ProblemError("/id", "identityTaken", "Source and id name a different report already.")];
            throw problem.With([.. Under(pointerOf(index), errors)]);
        }
    }

    private static IEnumerable<ProblemError> Under(string pointer, IEnumerable<ProblemError> errors) =>
        errors.Select(x => x with { At = pointer + x.At });
}
