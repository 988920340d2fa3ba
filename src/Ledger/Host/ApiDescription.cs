using Ledger.Web;
using Scalar.AspNetCore;

namespace Ledger.Host;

/// <summary>The API's description, written by hand and held against the service by its tests, and a page to browse it.</summary>
public static class ApiDescription
{
    /// <summary>What the reference's page may load and call: this service and nobody else, since people type their keys into it.</summary>
    private const string OnlyHere = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; form-action 'none'; base-uri 'none'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openapi/v1.json", async (HttpContext http) =>
        {
            http.Response.ContentType = "application/json";
            http.Response.Headers.CacheControl = "public, max-age=300";
            await using var description = typeof(ApiDescription).Assembly.GetManifestResourceStream("Ledger.Hosting.OpenApi.v1.json")!;
            await description.CopyToAsync(http.Response.Body, http.RequestAborted);
        }).WithMetadata(new RequiresScope(null)).WithName("openapi");
        routes.MapScalarApiReference("/docs", options => options
            .WithTitle("Ledger API")
            .WithOpenApiRoutePattern("/openapi/v1.json")
            .DisableDefaultFonts()
            .DisableAgent()
            .DisableMcp()
            .DisableTelemetry()
            .HideDeveloperTools()
            .HideClientButton()
            .PreserveSchemaPropertyOrder()
            .AddHeadContent($"<meta http-equiv=\"Content-Security-Policy\" content=\"{OnlyHere}\" />")).WithMetadata(new RequiresScope(null));
    }
}
