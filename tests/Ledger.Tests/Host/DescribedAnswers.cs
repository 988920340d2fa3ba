using System.Net;
using System.Text;
using System.Text.Json;
using Ledger.Dashboard;

namespace Ledger.Tests.Host;

/// <summary>An answer that the API's description does not allow.</summary>
public sealed class UndescribedAnswerException(string message) : Exception(message);

/// <summary>Holds every answer of the test suite against the API's description: the operation, its status, media type, headers and body.
/// Answers of lines (NDJSON) are checked as the test reads them, so that a stream stays a stream.</summary>
public sealed class DescribedAnswers : DelegatingHandler
{
    private static readonly Description s_description = Description.Served;

    private static readonly JsonDocumentOptions s_noneTwice = new() { AllowDuplicateProperties = false };

    /// <summary>Sends over the network.</summary>
    public DescribedAnswers() : this(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // Odd bytes in headers are sent as they are: refusing them is the service's part.
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    })
    {
    }

    /// <summary>Asks another handler.</summary>
    public DescribedAnswers(HttpMessageHandler inner) : base(inner)
    {
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await HoldAsync(request, response, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Only asynchronous requests are held against the description.");

    private static async Task HoldAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellation)
    {
        var path = PathAsRead(request);
        var faults = new List<string>();
        if (IsCutOffByServer(response))
        {
            return;
        }

        Unless(response.Headers.TryGetValues("X-Content-Type-Options", out var sniff) && sniff.SequenceEqual(["nosniff"]), "lacks X-Content-Type-Options: nosniff", faults);
        Unless(!response.Headers.Contains("Server"), "names its server", faults);
        var isPreflight = request.Method == HttpMethod.Options && request.Headers.Contains("Access-Control-Request-Method");
        if (!isPreflight && !IsForPeople(request, response) && DescribedAs(Asked(request), path, response, faults) is { } described)
        {
            CheckHeaders(described, response, faults);
            if (request.Method != HttpMethod.Head)
            {
                await CheckContentAsync(request, described, response, faults, cancellation);
            }
        }

        if (faults.Count > 0)
        {
            var body = await response.Content.ReadAsStringAsync(cancellation);
            throw new UndescribedAnswerException($"{request.Method} {request.RequestUri!.PathAndQuery} → {(int)response.StatusCode}: the description does not allow this answer.\n"
                + string.Join("\n", faults.Take(8).Select(x => $"  - {x}")) + $"\n  {(body.Length > 600 ? body[..600] + "…" : body)}");
        }
    }

    /// <summary>The path without its dot segments, which the client leaves where they are escaped and the server takes out (RFC 3986, 6.2.2).</summary>
    private static string PathAsRead(HttpRequestMessage request)
    {
        var kept = new List<string>();
        foreach (var part in request.RequestUri!.AbsolutePath.Split('/').Skip(1))
        {
            switch (part.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase))
            {
                case ".":
                    break;
                case "..":
                    kept.RemoveRange(Math.Max(0, kept.Count - 1), Math.Min(1, kept.Count));
                    break;
                default:
                    kept.Add(part);
                    break;
            }
        }

        return $"/{string.Join('/', kept)}";
    }

    /// <summary>HEAD answers like GET, without the body; of what has no GET it is as little described as any other method.</summary>
    private static string Asked(HttpRequestMessage request) =>
        request.Method == HttpMethod.Head && s_description.Find("GET", PathAsRead(request)) is not null ? "GET" : request.Method.Method;

    /// <summary>What is not HTTP, or beyond all bounds, never reaches the service: the server cuts it off without a word.</summary>
    private static bool IsCutOffByServer(HttpResponseMessage response) => response.Headers.ConnectionClose == true && response.Content.Headers.ContentLength is 0 or null
        && response.Content.Headers.ContentType is null
        && response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestTimeout or HttpStatusCode.RequestUriTooLong
            or HttpStatusCode.RequestHeaderFieldsTooLarge or HttpStatusCode.HttpVersionNotSupported;

    /// <summary>The pages of the reference and of the dashboard are no part of the API that is described; other methods on them are.
    /// Nor is the page that tells a browser that an address is none.</summary>
    private static bool IsForPeople(HttpRequestMessage request, HttpResponseMessage response)
    {
        var path = PathAsRead(request);
        return path == "/docs" || path.StartsWith("/docs/", StringComparison.Ordinal)
            || ((request.Method == HttpMethod.Get || request.Method == HttpMethod.Head) && (path.StartsWith("/assets/", StringComparison.Ordinal) || IsPage(path)))
            || (request.Method == HttpMethod.Get && response.StatusCode == HttpStatusCode.NotFound && IsOfBrowser(request)
                && response.Content.Headers.ContentType?.MediaType == "text/html" && s_description.Find("GET", path) is null);
    }

    private static bool IsOfBrowser(HttpRequestMessage request) =>
        request.Headers.TryGetValues("Accept", out var accept) && string.Join(',', accept).Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an address fits one of the dashboard's, whose parts in braces are one part of a path each.</summary>
    private static bool IsPage(string path)
    {
        var parts = path.Trim('/').Split('/');
        return DashboardPages.All.Any(page => page.Pattern.Trim('/').Split('/') is var pattern && pattern.Length == parts.Length
            && pattern.Zip(parts).All(x => x.First.StartsWith('{') ? x.Second.Length > 0 : string.Equals(x.First, x.Second, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The description of this answer, or null and a fault.</summary>
    private static JsonElement? DescribedAs(string method, string path, HttpResponseMessage response, List<string> faults)
    {
        var status = ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (s_description.Find(method, path) is { } operation)
        {
            if (operation.Json.GetProperty("responses").TryGetProperty(status, out var described))
            {
                return s_description.Schemas.Resolve(described);
            }

            faults.Add($"{operation} does not describe the status {status}");
            return null;
        }

        var refusal = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => "Unauthenticated",
            HttpStatusCode.NotFound => "NotFound",
            HttpStatusCode.MethodNotAllowed => "MethodNotAllowed",
            HttpStatusCode.TooManyRequests => "TooMany",
            _ => null,
        };
        Unless(refusal is not null, "no operation of this method and path is described, so only 401, 404 or 405 may be answered", faults);
        return refusal is null ? null : s_description.Component("responses", refusal);
    }

    private static void CheckHeaders(JsonElement described, HttpResponseMessage response, List<string> faults)
    {
        if (!described.TryGetProperty("headers", out var headers))
        {
            return;
        }

        foreach (var named in headers.EnumerateObject())
        {
            var header = s_description.Schemas.Resolve(named.Value);
            if (Header(response, named.Name) is not { } text)
            {
                Unless(!(header.TryGetProperty("required", out var required) && required.GetBoolean()), $"lacks the header {named.Name}", faults);
                continue;
            }

            var schema = header.GetProperty("schema");
            var isNumber = s_description.Schemas.Resolve(schema).GetProperty("type").ToString() == "integer";
            var value = isNumber && long.TryParse(text, out var number) ? JsonSerializer.SerializeToElement(number) : JsonSerializer.SerializeToElement(text);
            faults.AddRange(s_description.Schemas.Faults(schema, value).Select(x => $"header {named.Name}: {x}"));
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    private static async Task CheckContentAsync(HttpRequestMessage request, JsonElement described, HttpResponseMessage response, List<string> faults, CancellationToken cancellation)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if (!described.TryGetProperty("content", out var content))
        {
            Unless(type is null && (await response.Content.ReadAsByteArrayAsync(cancellation)).Length == 0, "has a body, and none is described", faults);
            return;
        }

        if (type is null || !content.TryGetProperty(type, out var expected))
        {
            faults.Add($"has the media type {type ?? "(none)"}, described is {string.Join(", ", content.EnumerateObject().Select(x => x.Name))}");
            return;
        }

        switch (type)
        {
            case "application/x-ndjson":
                await CheckLinesAsync(line => line, expected.GetProperty("x-line-schema"));
                break;
            case "text/event-stream":
                await CheckLinesAsync(line => line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..] : null, expected.GetProperty("x-data-schema"));
                break;
            case "text/csv":
                var header = (await TextAsync(response, faults, cancellation)).TrimStart('\uFEFF').Split("\r\n")[0];
                var shown = s_description.ExamplesOf(expected).Single().GetString()!.Split("\r\n")[0];
                Unless(header == shown, $"has the columns {header}, described are {shown}", faults);
                break;
            case "text/html":
                Unless((await TextAsync(response, faults, cancellation)).StartsWith("<!doctype html>", StringComparison.OrdinalIgnoreCase), "is no HTML", faults);
                break;
            case "application/vnd.apache.parquet":
                var parquet = await response.Content.ReadAsByteArrayAsync(cancellation);
                Unless(parquet.AsSpan().StartsWith("PAR1"u8) && parquet.AsSpan().EndsWith("PAR1"u8), "is no whole Parquet file", faults);
                break;
            case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
                Unless((await response.Content.ReadAsByteArrayAsync(cancellation)).AsSpan().StartsWith("PK"u8), "is no workbook", faults);
                break;
            default:
                CheckJson(await response.Content.ReadAsByteArrayAsync(cancellation), expected.GetProperty("schema"), response, faults);
                break;
        }

        async Task CheckLinesAsync(Func<string, string?> json, JsonElement schema) => response.Content = Checked(response.Content,
            await response.Content.ReadAsStreamAsync(cancellation),
            line => json(line) is { } text ? s_description.Schemas.Faults(schema, JsonElement.Parse(text, s_noneTwice)) : [],
            $"{request.Method} {request.RequestUri}");
    }

    private static void CheckJson(byte[] body, JsonElement schema, HttpResponseMessage response, List<string> faults)
    {
        try
        {
            using var document = JsonDocument.Parse(body, s_noneTwice);
            faults.AddRange(s_description.Schemas.Faults(schema, document.RootElement));
            if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
            {
                Unless(document.RootElement.TryGetProperty("status", out var status) && status.TryGetInt32(out var number) && number == (int)response.StatusCode,
                    "the problem's status is not that of HTTP", faults);
            }
        }
        catch (JsonException fault)
        {
            faults.Add($"is not JSON: {fault.Message}");
        }
    }

    private static async Task<string> TextAsync(HttpResponseMessage response, List<string> faults, CancellationToken cancellation)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(await response.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (DecoderFallbackException)
        {
            faults.Add("is not UTF-8");
            return "";
        }
    }

    private static StreamContent Checked(HttpContent content, Stream stream, Func<string, IReadOnlyList<string>> check, string of)
    {
        var replaced = new StreamContent(new CheckedLines(stream, check, of));
        foreach (var (name, values) in content.Headers)
        {
            replaced.Headers.TryAddWithoutValidation(name, values);
        }

        return replaced;
    }

    private static void Unless(bool holds, string fault, List<string> faults)
    {
        if (!holds)
        {
            faults.Add(fault);
        }
    }

    /// <summary>Passes a stream on, and checks each line when its end has gone through.</summary>
    private sealed class CheckedLines(Stream inner, Func<string, IReadOnlyList<string>> check, string of) : Stream
    {
        private readonly MemoryStream _line = new();
        private long _number;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Take(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            Take(buffer.AsSpan(offset, read));
            return read;
        }

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
                _line.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Take(ReadOnlySpan<byte> bytes)
        {
            foreach (var one in bytes)
            {
                if (one != (byte)'\n')
                {
                    _line.WriteByte(one);
                    continue;
                }

                _number++;
                var line = Encoding.UTF8.GetString(_line.ToArray());
                _line.SetLength(0);
                if (check(line) is { Count: > 0 } faults)
                {
                    throw new UndescribedAnswerException($"{of}: line {_number} of the answer is not as described.\n"
                        + string.Join("\n", faults.Select(x => $"  - {x}")) + $"\n  {line}");
                }
            }
        }
    }
}
