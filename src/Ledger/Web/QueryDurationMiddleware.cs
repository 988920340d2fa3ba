using Ledger.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace Ledger.Web;

/// <summary>Records the duration of each request of a question, whatever its status.</summary>
public sealed class QueryDurationMiddleware(RequestDelegate next, TimeProvider clock, LedgerMetrics metrics)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var started = clock.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            if (http.GetEndpoint()?.Metadata is { } endpoint
                && endpoint.GetMetadata<RequiresScope>()?.Scope == Scopes.Read
                && endpoint.GetMetadata<IDisableHttpMetricsMetadata>() is null
                && endpoint.GetMetadata<IEndpointNameMetadata>() is { } question)
            {
                metrics.Queried(question.EndpointName, http.Response.StatusCode, clock.GetElapsedTime(started));
            }
        }
    }
}
