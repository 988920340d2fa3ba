using System.Buffers;
using System.Text.Json;

namespace Ledger.Web;

/// <summary>Writes responses.</summary>
public static class JsonResponse
{
    /// <summary>Key in the request's items that marks a HEAD, which is handled like a GET.</summary>
    internal static readonly object Head = new();

    /// <summary>True for a HEAD, whose body the server drops: a handler of a long or endless response must end before the body.</summary>
    public static bool IsHead(HttpContext http) => http.Items.ContainsKey(Head);

    /// <summary>One JSON value, written at once.</summary>
    public static async Task JsonAsync(HttpContext http, int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(body, Json.Writing))
        {
            write(writer);
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.WrittenCount;
        await http.Response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted);
    }
}
