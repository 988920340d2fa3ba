using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>POST /v1/imports: one report a line (NDJSON), one answer a line, in order, and a last line with the counts, so that a cut is
/// seen. Atomic per line; safe to send again. However long the file, a bounded number of lines is in memory.</summary>
public static class ImportEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/imports", ImportAsync).WithMetadata(new RequiresScope(Scopes.Report)).WithName("import");

    private static async Task ImportAsync(HttpContext http, Recorder recorder, LedgerMetrics metrics, ProblemTranslator translator, ILogger<Recorder> log)
    {
        var query = QueryParameters.Of(http, "dryRun");
        var dryRun = query.Word("dryRun", ["true", "false"]) == "true" ? new DryRun() : null;
        RequestBody.MustBe(http, "application/x-ndjson");
        SlowRequest.Allow(http);
        http.Response.ContentType = "application/x-ndjson";
        await using var answers = new SpooledResponse(http.Response.Body, http.RequestAborted);
        var lines = Channel.CreateBounded<Task<ImportedLine>>(new BoundedChannelOptions(Limits.ImportLinesUnderWay)
        {
            SingleReader = true, SingleWriter = true,
        });
        var answering = AnswerAsync(lines, answers);
        try
        {
            // A dry run counts nothing.
            var import = new LineImport(recorder, RequestCaller.Of(http), dryRun, dryRun is null ? metrics : null, translator, log);
            await ReadAsync(http, import, lines.Writer);
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

    private static async Task ReadAsync(HttpContext http, LineImport import, ChannelWriter<Task<ImportedLine>> lines)
    {
        await foreach (var text in NdjsonLines.ReadAsync(http.Request.BodyReader, Limits.ReportBytes, http.RequestAborted))
        {
            var line = await import.TakeAsync(text, http.RequestAborted);
            await lines.WriteAsync(line, http.RequestAborted);
        }
    }

    private static async Task AnswerAsync(Channel<Task<ImportedLine>> lines, SpooledResponse answers)
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

    private static async Task AnswerAsync(ChannelReader<Task<ImportedLine>> lines, SpooledResponse answers)
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

    private static readonly Action<ILogger, TimeSpan, Exception?> LogUnread = LoggerMessage.Define<TimeSpan>(LogLevel.Warning, new EventId(2, "ImportUnread"),
        "An import was cut off: its client has taken none of its answers for {Time}. What was recorded stays; it can be sent again.");
}
