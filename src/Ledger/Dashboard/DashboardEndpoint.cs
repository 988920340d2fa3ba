using Ledger.Web;

namespace Ledger.Dashboard;

/// <summary>Serves the dashboard, open to everyone: it holds no data, and asks the API with the visitor's key.</summary>
public static class DashboardEndpoint
{
    /// <summary>What the pages may load, call and run: this service alone. With <c>trusted-types 'none'</c> no line of script can turn text
    /// into markup, whatever a report says.</summary>
    private const string Policy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>First parts of paths that are no pages: their callers are told by problems.</summary>
    private static readonly string[] NotPages = ["/v1", "/assets", "/docs", "/openapi", "/health", "/problems"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (pattern, module) in DashboardPages.All)
        {
            routes.MapGet(pattern, (HttpContext http, DashboardFiles files) => SendPageAsync(http, files, module))
                .WithMetadata(new RequiresScope(null), new Uncompressed()).WithName($"page {pattern}").DisableHttpMetrics()
                .ExcludeFromDescription();
        }

        routes.MapGet("/assets/{version}/{**path}", SendAssetAsync)
            .WithMetadata(new RequiresScope(null), new Uncompressed()).WithName("assets").DisableHttpMetrics()
            .ExcludeFromDescription();
    }

    /// <summary>Shows a browser a page for an address that is none; the page says so. Must follow routing and come before the API key is
    /// asked for.</summary>
    public static void Use(IApplicationBuilder app) => app.Use(UnknownPageAsync);

    private static async Task UnknownPageAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is null && HttpMethods.IsGet(http.Request.Method)
            && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && !Array.Exists(NotPages, x => http.Request.Path.StartsWithSegments(x)))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await SendPageAsync(http, http.RequestServices.GetRequiredService<DashboardFiles>(), DashboardPages.Unknown);
            return;
        }

        await next(http);
    }

    private static async Task SendPageAsync(HttpContext http, DashboardFiles files, string module)
    {
        http.Response.Headers.CacheControl = "no-cache";
        if (http.Response.StatusCode == StatusCodes.Status200OK && EntityTag.IsHeld(http, EntityTag.Of($"{files.Version}\n{module}")))
        {
            return;
        }

        await SendAsync(http, files.Page(module));
    }

    private static async Task SendAssetAsync(HttpContext http, DashboardFiles files, string version, string path)
    {
        // A page of another version asks a node of this one: it must not get files that do not fit together.
        if (version != files.Version || files.Find(path) is not { } file)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            http.Response.Headers.CacheControl = "no-store";
            return;
        }

        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        await SendAsync(http, file);
    }

    private static async Task SendAsync(HttpContext http, ServedFile file)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        http.Response.ContentType = file.ContentType;
        await file.Body.SendAsync(http);
    }
}
