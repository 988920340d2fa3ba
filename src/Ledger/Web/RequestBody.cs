using System.Buffers;
using System.Text.Json;
using Ledger.Problems;
using Microsoft.Net.Http.Headers;

namespace Ledger.Web;

/// <summary>Reads the bodies of requests, up to a limit.</summary>
public static class RequestBody
{
    /// <summary>Reads a JSON body of up to <see cref="Limits.ReportBytes"/>.</summary>
    /// <exception cref="ProblemException">400, 413 or 415.</exception>
    public static async Task<JsonDocument> ReadJsonAsync(HttpContext http)
    {
        MustBe(http, "application/json");
        return StrictJson.Parse(await ReadAsync(http, Limits.ReportBytes));
    }

    /// <summary>Reads a whole body.</summary>
    /// <param name="http">The request.</param>
    /// <param name="most">The limit in bytes.</param>
    /// <exception cref="ProblemException">413.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, int most)
    {
        if (http.Request.ContentLength > most)
        {
            throw TooLarge(most);
        }

        // Not pooled: the JSON document of the caller reads from this memory.
        var body = new ArrayBufferWriter<byte>((int)(http.Request.ContentLength ?? 1024) + 1);
        int read;
        while ((read = await http.Request.Body.ReadAsync(body.GetMemory(), http.RequestAborted)) > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > most)
            {
                throw TooLarge(most);
            }
        }

        return body.WrittenMemory;
    }

    /// <summary>Refuses all media types but one, character sets other than UTF-8 (unless any is allowed), and compressed bodies.</summary>
    /// <exception cref="ProblemException">415.</exception>
    public static void MustBe(HttpContext http, string mediaType, bool anyCharset = false) => MustBeOneOf(http, [mediaType], anyCharset);

    /// <summary>Refuses all media types but the given ones, and otherwise as <see cref="MustBe(HttpContext, string, bool)"/>.</summary>
    /// <returns>The media type of the request.</returns>
    /// <exception cref="ProblemException">415.</exception>
    public static string MustBeOneOf(HttpContext http, string[] mediaTypes, bool anyCharset = false) =>
        MustBe(http, type => Array.Find(mediaTypes, x => x.Equals(type, StringComparison.OrdinalIgnoreCase)),
            string.Join(" or ", mediaTypes), anyCharset);

    /// <summary>Refuses all media types but those of JSON, and otherwise as
    /// <see cref="MustBe(HttpContext, string, bool)"/>.</summary>
    /// <exception cref="ProblemException">415.</exception>
    public static void MustBeJson(HttpContext http) =>
        MustBe(http, type => IsJson(type) ? type : null, "application/json", anyCharset: false);

    /// <summary>Whether a media type is that of JSON: its subtype is json, or ends in +json.</summary>
    public static bool IsJson(string? mediaType) => mediaType is not null
        && (mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
            || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    /// <summary>The media type of a request, without its parameters; empty where it has none.</summary>
    public static string MediaTypeOf(IHeaderDictionary headers) =>
        MediaTypeHeaderValue.TryParse(headers.ContentType.ToString(), out var type) ? type.MediaType.ToString() : "";

    private static string MustBe(HttpContext http, Func<string, string?> taken, string names, bool anyCharset)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || taken(type.MediaType.ToString()) is not { } mediaType)
        {
            throw new ProblemException(ProblemKinds.MediaType,
                $"This call takes {names}, not {http.Request.ContentType ?? "a body without a media type"}.");
        }

        if (!anyCharset && type.Charset.Length > 0
            && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(ProblemKinds.MediaType, $"This call takes UTF-8, not {type.Charset}.");
        }

        if (http.Request.Headers.ContentEncoding.Count > 0 && http.Request.Headers.ContentEncoding != "identity")
        {
            throw new ProblemException(ProblemKinds.MediaType, "Compressed bodies are not taken here.");
        }

        return mediaType;
    }

    private static ProblemException TooLarge(int most) => ProblemException.TooLarge($"The body is larger than {most / 1024} KB.");
}
