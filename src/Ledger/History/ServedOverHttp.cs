using System.Globalization;
using System.Net;
using System.Text.Json;
using Ledger.Hosting;

namespace Ledger.History;

/// <summary>A running service, asked over HTTP like any client asks it.</summary>
public sealed class ServedOverHttp(HttpClient client) : IServed
{
    /// <summary>Times that a service is asked again that says when to.</summary>
    private const int Attempts = 20;

    public async Task<JsonElement> AskAsync(string path, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var response = await client.GetAsync(path, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (response.IsSuccessStatusCode)
            {
                return JsonElement.Parse(body);
            }

            if (attempt < Attempts && response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), cancellation);
                continue;
            }

            throw new OperatorException(string.Create(CultureInfo.InvariantCulture,
                $"{client.BaseAddress}{path.TrimStart('/')} answers {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}")
                + (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "\nGive a key of the scope read: --api-key KEY" : ""));
        }
    }
}
