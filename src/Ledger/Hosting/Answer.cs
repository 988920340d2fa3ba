using System.Buffers;
using System.Text.Json;

namespace Ledger.Hosting;

/// <summary>Writes answers.</summary>
public static class Answer
{
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
