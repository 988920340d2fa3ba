using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Ledger.Problems;
using Ledger.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Ledger.Reports;

/// <summary>POST /v1/imports: one report a line (NDJSON), one answer a line, in order, and a last line with the counts, so that a cut is
/// seen. Atomic per line; safe to send again. However long the file, a bounded number of lines is in memory.</summary>
public static class ImportEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/imports", ImportAsync).WithMetadata(new RequiresScope(Scopes.Report)).WithName("import");

    private static async Task ImportAsync(HttpContext http, Recorder recorder, LedgerMetrics metrics, ILogger<Recorder> log)
    {
        QueryParameters.Only(http, "dryRun");
        var dryRun = QueryParameters.Word(http, "dryRun", ["true", "false"]) == "true" ? new DryRun() : null;
        RequestBody.MustBe(http, "application/x-ndjson");
        LetItTakeItsTime(http);
        http.Response.ContentType = "application/x-ndjson";
        await using var answers = new SpooledResponse(http.Response.Body, http.RequestAborted);
        var lines = Channel.CreateBounded<Task<Line>>(new BoundedChannelOptions(Limits.ImportLinesUnderWay) { SingleReader = true, SingleWriter = true });
        var answering = AnswerAsync(lines, answers);
        try
        {
            // A dry run counts nothing.
            await ReadAsync(http, recorder, dryRun, lines.Writer, dryRun is null ? metrics : null, log);
            lines.Writer.TryComplete();
        }
        catch (Exception cut)
        {
            // What was recorded stays; the missing last line tells the client that the rest was not read.
            lines.Writer.TryComplete(cut);
        }

        try
        {
            await answering;
            await answers.CompleteAsync();
        }
        catch (Exception) when (answers.IsUnread)
        {
            LogUnread(log, Limits.ImportUnread, null);
            http.Abort();
        }
    }

    /// <summary>A large file over a slow line is no attack: the server's least rates are for requests that fit in memory.</summary>
    public static void LetItTakeItsTime(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } request)
        {
            request.MinDataRate = null;
        }

        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } response)
        {
            response.MinDataRate = null;
        }
    }

    private static async Task ReadAsync(
        HttpContext http, Recorder recorder, DryRun? dryRun, ChannelWriter<Task<Line>> lines, LedgerMetrics? metrics, ILogger log)
    {
        var caller = RequestCaller.Of(http);
        await foreach (var text in NdjsonLines.ReadAsync(http.Request.BodyReader, Limits.ReportBytes, http.RequestAborted))
        {
            var line = await TakeAsync(text, caller, recorder, dryRun, metrics, log, http.RequestAborted);
            await lines.WriteAsync(line, http.RequestAborted);
        }
    }

    /// <summary>Checks a line and gives it its place in the queue; the task that is returned ends when it is recorded.</summary>
    private static async ValueTask<Task<Line>> TakeAsync(NdjsonLine line, Caller caller, Recorder recorder, DryRun? dryRun,
        LedgerMetrics? metrics, ILogger log, CancellationToken cancellation)
    {
        try
        {
            if (line.TooLong)
            {
                throw new ProblemException(ProblemKinds.TooLarge, $"The line is longer than {Limits.ReportBytes / 1024} KB.");
            }

            using var body = StrictJson.Parse(line.Text);
            var posted = Intake.ReadAny(body.RootElement, caller);
            var answer = await recorder.EnqueueAsync([posted], dryRun, cancellation);
            return FinishAsync(line.Number, answer, metrics, log);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Task.FromResult(Failed(line.Number, fault, metrics, log));
        }
    }

    private static async Task<Line> FinishAsync(long number, Task<IReadOnlyList<RecordedReport>> answer, LedgerMetrics? metrics, ILogger log)
    {
        try
        {
            var recorded = (await answer)[0];
            return new Line(number, recorded, null);
        }
        catch (Exception fault)
        {
            return Failed(number, fault, metrics, log);
        }
    }

    /// <summary>The answer to a line that was not recorded, whatever the reason: one line never fails the others.</summary>
    private static Line Failed(long number, Exception fault, LedgerMetrics? metrics, ILogger log)
    {
        var problem = ProblemMiddleware.ProblemOf(fault);
        if (problem.Kind == ProblemKinds.Fault)
        {
            LogFault(log, number, fault);
        }

        metrics?.ReportRefused(problem);
        return new Line(number, null, problem);
    }

    private static async Task AnswerAsync(Channel<Task<Line>> lines, SpooledResponse answers)
    {
        try
        {
            await AnswerAsync(lines.Reader, answers);
        }
        catch (Exception fault)
        {
            // Nobody takes lines any more (the client is gone): whoever reads them in must not wait for room.
            lines.Writer.TryComplete(fault);
            throw;
        }
    }

    private static async Task AnswerAsync(ChannelReader<Task<Line>> lines, SpooledResponse answers)
    {
        long count = 0, created = 0, existing = 0, refused = 0, position = 0;
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, Json.Writing);
        await foreach (var pending in lines.ReadAllAsync())
        {
            var line = await pending;
            count++;
            _ = line switch { { Refusal: not null } => refused++, { Recorded.Created: true } => created++, _ => existing++ };
            position = Math.Max(position, line.Recorded?.Position ?? 0);
            line.Write(writer);
            await answers.AppendAsync(buffer, writer);
        }

        writer.WriteStartObject();
        writer.WriteNumber("lines", count);
        writer.WriteNumber("created", created);
        writer.WriteNumber("existing", existing);
        writer.WriteNumber("refused", refused);
        writer.WriteNumber("position", position);
        writer.WriteEndObject();
        await answers.AppendAsync(buffer, writer);
    }

    private sealed record Line(long Number, RecordedReport? Recorded, ProblemException? Refusal)
    {
        public void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteNumber("line", Number);
            if (Refusal is { } refusal)
            {
                writer.WriteNumber("status", refusal.Kind.Status);
                writer.WritePropertyName("problem");
                refusal.Write(writer, "");
            }
            else
            {
                writer.WriteNumber("status", Recorded!.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
                writer.WriteString("eventId", Recorded.EventId);
                if (Recorded.Position > 0)
                {
                    writer.WriteNumber("position", Recorded.Position);
                }
            }

            writer.WriteEndObject();
        }
    }

    private static readonly Action<ILogger, TimeSpan, Exception?> LogUnread = LoggerMessage.Define<TimeSpan>(LogLevel.Warning, new EventId(2, "ImportUnread"),
        "An import was cut off: its client has taken none of its answers for {Time}. What was recorded stays; it can be sent again.");

    private static readonly Action<ILogger, long, Exception?> LogFault =
        LoggerMessage.Define<long>(LogLevel.Error, new EventId(1, "ImportFault"), "Line {Line} of an import failed, and should not have.");
}
