using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Ledger.Web;

/// <summary>Lets a request be slower than the server's minimum data rates.</summary>
public static class SlowRequest
{
    /// <summary>Removes the server's minimum data rates of both bodies. They protect against slow attacks by small requests; a large file
    /// over a slow connection is legitimate.</summary>
    public static void Allow(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } request)
        {
            request.MinDataRate = null;
        }

        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } response)
        {
            response.MinDataRate = null;
        }
    }
}
