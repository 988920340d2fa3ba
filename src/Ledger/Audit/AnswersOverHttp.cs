using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Ledger.Problems;

namespace Ledger.Audit;

/// <summary>Answers of a running service over HTTP.</summary>
public sealed class AnswersOverHttp(HttpClient client) : IAnswers
{
    /// <summary>Attempts at a request that gets 429 or 503, each after the response's Retry-After.</summary>
    private const int Attempts = 20;

    public async IAsyncEnumerable<JsonElement> PagesAsync(AskedQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var address = question.Limit is not { } limit ? question.Address : string.Create(CultureInfo.InvariantCulture,
            $"{question.Address}{(question.Address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={limit}");
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await GetAsync(address + cursor, cancellation);
            yield return page;
            cursor = page.TryGetProperty("next", out var next) ? $"&cursor={Uri.EscapeDataString(next.GetString()!)}" : null;
        }
    }

    /// <summary>The JSON body of the response to a GET.</summary>
    /// <exception cref="OperatorException">The response is an error, also after <see cref="Attempts"/>.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellation)
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
                $"{client.BaseAddress}{path.TrimStart('/')} answers {(int)response.StatusCode}: {Encoding.UTF8.GetString(body)}")
                + (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    ? "\nGive a key of the scope read: --api-key KEY" : ""));
        }
    }
}
