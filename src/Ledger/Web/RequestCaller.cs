using Ledger.Problems;

namespace Ledger.Web;

/// <summary>The caller of a request. The API-key middleware sets it before any endpoint runs.</summary>
public static class RequestCaller
{
    /// <summary>The caller.</summary>
    /// <exception cref="KeyNotFoundException">The request did not pass the middleware.</exception>
    public static Caller Of(HttpContext http) =>
        (Caller)(http.Items[typeof(Caller)] ?? throw new KeyNotFoundException("The request has no caller yet."));

    /// <summary>Sets the caller.</summary>
    public static void Set(HttpContext http, Caller caller) => http.Items[typeof(Caller)] = caller;
}
