using System.Globalization;
using System.Net;
using System.Text;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>GET /problems/{slug}, to which a problem's <c>Link</c> leads: what the problem means and what to do about it.</summary>
public static class ProblemPagesEndpoint
{
    private const string Style = "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1b1f24}"
        + "h1{font-size:1.5rem}a{color:#0a58a8}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/problems", (HttpContext http) => PageAsync(http, "Problems", Index()))
            .WithMetadata(new RequiresScope(null)).WithName("problems");
        routes.MapGet("/problems/{slug}", OneAsync).WithMetadata(new RequiresScope(null)).WithName("problem");
    }

    private static Task OneAsync(HttpContext http, string slug) => ProblemKinds.All.FirstOrDefault(x => x.Slug == slug) is { } kind
        ? PageAsync(http, kind.Title, One(kind))
        : throw new ProblemException(ProblemKinds.NotFound, "No problem has this name; /problems lists them.");

    private static string Index()
    {
        var body = new StringBuilder("<ul>");
        foreach (var kind in ProblemKinds.All)
        {
            body.Append(CultureInfo.InvariantCulture, $"<li>{kind.Status} <a href=\"/problems/{kind.Slug}\">")
                .Append(WebUtility.HtmlEncode(kind.Title)).Append("</a></li>");
        }

        return body.Append("</ul>").ToString();
    }

    private static string One(ProblemKind kind) =>
        $"<p>HTTP status <strong>{kind.Status}</strong></p><p>{WebUtility.HtmlEncode(kind.Advice)}</p>"
        + "<p><a href=\"/problems\">All problems</a> · <a href=\"/docs\">API reference</a></p>";

    private static Task PageAsync(HttpContext http, string title, string body)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "public, max-age=3600";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        var shown = WebUtility.HtmlEncode(title);
        var page = Encoding.UTF8.GetBytes($$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{shown}} – Ledger</title>
            <style>{{Style}}</style></head>
            <body><h1>{{shown}}</h1>{{body}}</body></html>
            """);
        http.Response.ContentLength = page.Length;
        return http.Response.Body.WriteAsync(page, http.RequestAborted).AsTask();
    }
}
