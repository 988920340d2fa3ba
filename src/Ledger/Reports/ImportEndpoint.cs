using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>POST /v1/imports: one report a line (NDJSON). The response has one line for each, in the same order, and a last line with the
/// counts, without which it is incomplete. Each line is recorded by itself; the file may be sent again. The number of lines in memory is
/// bounded.</summary>
public static class ImportEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/imports", ImportAsync).WithMetadata(new RequiresScope(Scopes.Report), new Uncompressed()).WithName("import");

    private static async Task ImportAsync(
        HttpContext http, Recorder recorder, LedgerMetrics metrics, ProblemTranslator translator, TimeProvider clock, ILogger<Recorder> log)
    {
        var query = QueryParameters.Of(http, "dryRun");
        var dryRun = query.Word("dryRun", ["true", "false"]) == "true" ? new DryRun() : null;
        CloudEventHeaders.Refuse(http.Request.Headers);
        RequestBody.MustBe(http, "application/x-ndjson");
        SlowRequest.Allow(http);
        http.Response.ContentType = "application/x-ndjson";
        await using var response = new SpooledResponse(http.Response.Body, http.RequestAborted);
        var lines = Channel.CreateBounded<Task<ImportedLine>>(new BoundedChannelOptions(Limits.ImportLinesUnderWay)
        {
            SingleReader = true, SingleWriter = true,
        });
        var responding = RespondAsync(lines, response);
        try
        {
            // Dry runs do not count in the metrics.
            var import = new LineImport(recorder, RequestCaller.Of(http), dryRun, dryRun is null ? metrics : null, translator, clock, log);
            await ReadAsync(http, import, lines.Writer);
            lines.Writer.TryComplete();
        }
        catch (Exception fault)
        {
            // Recorded lines stay recorded. The response lacks its last line, so the client sees that the rest was not read.
            lines.Writer.TryComplete(fault);
        }

        try
        {
            await responding;
            await response.CompleteAsync();
        }
        catch (Exception) when (response.IsUnread)
        {
            LogUnread(log, Limits.ImportUnread, null);
            http.Abort();
        }
    }

    private static async Task ReadAsync(HttpContext http, LineImport import, ChannelWriter<Task<ImportedLine>> lines)
    {
        await foreach (var text in NdjsonLines.ReadAsync(http.Request.BodyReader, Limits.ReportBytes, http.RequestAborted))
        {
            // An empty line is no line: editors and scripts leave them behind. The others keep their numbers in the file.
            if (!text.TooLong && text.Text.Span.Trim(" \t"u8).IsEmpty)
            {
                continue;
            }

            var line = await import.EnqueueAsync(text, http.RequestAborted);
            await lines.WriteAsync(line, http.RequestAborted);
        }
    }

    private static async Task RespondAsync(Channel<Task<ImportedLine>> lines, SpooledResponse response)
    {
        try
        {
            await RespondAsync(lines.Reader, response);
        }
        catch (Exception fault)
        {
            // Nothing reads from the channel any more (the client is gone): the reading of the request must not wait for room in it.
            lines.Writer.TryComplete(fault);
            throw;
        }
    }

    private static async Task RespondAsync(ChannelReader<Task<ImportedLine>> lines, SpooledResponse response)
    {
        long count = 0, created = 0, existing = 0, refused = 0, position = 0;
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, Json.Writing);
        await foreach (var pending in lines.ReadAllAsync())
        {
            var line = await pending;
            count++;
            _ = line switch { { Problem: not null } => refused++, { Recorded.Created: true } => created++, _ => existing++ };
            position = Math.Max(position, line.Recorded?.Position ?? 0);
            line.Write(writer);
            await response.AppendAsync(buffer, writer);
        }

        writer.WriteStartObject();
        writer.WriteNumber("lines", count);
        writer.WriteNumber("created", created);
        writer.WriteNumber("existing", existing);
        writer.WriteNumber("refused", refused);
        writer.WriteNumber("position", position);
        writer.WriteEndObject();
        await response.AppendAsync(buffer, writer);
    }

    private static readonly Action<ILogger, TimeSpan, Exception?> LogUnread = LoggerMessage.Define<TimeSpan>(
        LogLevel.Warning, new EventId(2, "ImportUnread"),
        "An import was cut off: its client has taken none of its answers for {Time}. What was recorded stays; it can be sent again.");
}
