using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Ledger.Web;

/// <summary>Requests that may take their time.</summary>
public static class SlowRequest
{
    /// <summary>Lifts the server's least rates of both bodies: a large file over a slow line is no attack; the rates are for requests that fit in
    /// memory.</summary>
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
