using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Ledger.Web;
using Microsoft.Net.Http.Headers;

namespace Ledger.Questions;

/// <summary>An answer to a question about estimates, from its headers to its last byte: validators, caching, JSON or CSV. Long answers
/// go out as they are written.</summary>
public sealed class EstimateResponse : IAsyncDisposable
{
    /// <summary>The media type of a table.</summary>
    public const string CsvType = "text/csv; charset=utf-8; header=present";

    private const int FlushBytes = 32 * 1024;

    private static readonly CsvWriterOptions CsvOptions = new()
    {
        Injection = CsvInjection.Escape,
        NewLine = "\r\n",
        FormatProvider = CultureInfo.InvariantCulture,
    };

    private readonly HttpContext _http;

    // Nothing of an answer is out before it is worth sending or complete: what fails before that becomes a problem, not half an answer.
    private readonly System.Buffers.ArrayBufferWriter<byte> _written = new(4096);

    private EstimateResponse(HttpContext http, Basis basis, bool csv, bool notModified)
    {
        (_http, Basis, Csv, NotModified) = (http, basis, csv, notModified);
        Writer = new Utf8JsonWriter(_written, Json.Writing);
    }

    /// <summary>The basis that the answer names.</summary>
    public Basis Basis { get; }

    /// <summary>The client prefers text/csv.</summary>
    public bool Csv { get; }

    /// <summary>The client has this very answer already (304): nothing more is to be written.</summary>
    public bool NotModified { get; }

    /// <summary>Writes into the answer's body.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Sets the headers, and finds out what the client prefers and has.</summary>
    public static EstimateResponse Begin(HttpContext http, Basis basis)
    {
        var csv = PrefersCsv(http);
        var headers = http.Response.Headers;
        var tag = basis.ETag(http, csv ? "text/csv" : "application/json");
        headers.ETag = tag;
        headers.Vary = "Accept";
        headers["Ledger-Position"] = basis.Settled.ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = basis.Immutable ? "private, max-age=31536000, immutable" : "private, no-cache";
        var has = http.Request.GetTypedHeaders().IfNoneMatch.Any(x =>
            x == EntityTagHeaderValue.Any || x.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false));
        http.Response.StatusCode = has ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
        if (!has)
        {
            http.Response.ContentType = csv ? CsvType : "application/json";
        }

        return new EstimateResponse(http, basis, csv, has);
    }

    /// <summary>Sends what has been written, once it is enough to be worth sending.</summary>
    public async ValueTask FlushAsync()
    {
        if (Writer.BytesPending + _written.WrittenCount >= FlushBytes)
        {
            await CompleteAsync();
        }
    }

    /// <summary>Sends all that has been written. Without it, nothing that was not sent before goes out.</summary>
    public async ValueTask CompleteAsync()
    {
        await Writer.FlushAsync(_http.RequestAborted);
        await _http.Response.Body.WriteAsync(_written.WrittenMemory, _http.RequestAborted);
        _written.ResetWrittenCount();
    }

    /// <summary>Writes items as CSV (RFC 4180): the JSON of each, flattened to <paramref name="columns"/>. A cell that a spreadsheet
    /// would run as a formula is escaped, since reports come from anybody.</summary>
    public Task CsvAsync<T>(IReadOnlyList<string> columns, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        CsvAsync(columns, items.ToAsyncEnumerable(), write);

    /// <summary>The same, of items that come as they are read; nothing of them is kept.</summary>
    public Task CsvAsync<T>(IReadOnlyList<string> columns, IAsyncEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        CsvAsync(_http, columns, items, write);

    /// <summary>The same for an answer that has no basis.</summary>
    public static async Task CsvAsync<T>(
        HttpContext http, IReadOnlyList<string> columns, IAsyncEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        await using var csv = CsvWriter.Create(http.Response.Body, CsvOptions, leaveOpen: true);
        await csv.WriteRecordAsync([.. columns], http.RequestAborted);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        await foreach (var item in items.WithCancellation(http.RequestAborted))
        {
            buffer.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(buffer, Json.Writing))
            {
                write(writer, item);
            }

            var value = JsonElement.Parse(buffer.WrittenSpan);
            foreach (var column in columns)
            {
                var cell = At(value, column);
                if (cell.ValueKind == JsonValueKind.Number)
                {
                    // As a number: with a minus it is no formula either.
                    csv.WriteField(cell.GetDecimal());
                }
                else
                {
                    csv.WriteField(Cell(cell));
                }
            }

            await csv.EndRecordAsync(http.RequestAborted);
        }
    }

    public ValueTask DisposeAsync() => Writer.DisposeAsync();

    /// <summary>The value at a path; undefined where there is none.</summary>
    private static JsonElement At(JsonElement value, string path)
    {
        foreach (var step in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(step, out value))
            {
                return default;
            }
        }

        return value;
    }

    private static string Cell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(x => x.ToString())),
        _ => value.GetRawText(),
    };

    /// <summary>True where Accept names text/csv above application/json; whoever asks for neither gets JSON.</summary>
    internal static bool PrefersCsv(HttpContext http)
    {
        double csv = 0;
        double? json = null, application = null, any = null;
        foreach (var accepted in http.Request.GetTypedHeaders().Accept)
        {
            var quality = accepted.Quality ?? 1;
            _ = accepted.MediaType.ToString().ToLowerInvariant() switch
            {
                "text/csv" => csv = Math.Max(csv, quality),
                "application/json" => json = Math.Max(json ?? 0, quality),
                "application/*" => application = quality,
                "*/*" => any = quality,
                _ => 0,
            };
        }

        // The most specific range that covers JSON says how much it is wanted (RFC 9110, 12.5.1).
        return csv > (json ?? application ?? any ?? 0);
    }
}
