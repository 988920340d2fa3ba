using Ledger.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace Ledger.Web;

/// <summary>Measures how long each question took to answer, whatever came of it.</summary>
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
            if (http.GetEndpoint()?.Metadata is { } endpoint && endpoint.GetMetadata<RequiresScope>()?.Scope == Scopes.Read
                && endpoint.GetMetadata<IDisableHttpMetricsMetadata>() is null && endpoint.GetMetadata<IEndpointNameMetadata>() is { } question)
            {
                metrics.Queried(question.EndpointName, http.Response.StatusCode, clock.GetElapsedTime(started));
            }
        }
    }
}
