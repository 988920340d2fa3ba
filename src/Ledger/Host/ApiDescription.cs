using Ledger.Web;
using Scalar.AspNetCore;

namespace Ledger.Host;

/// <summary>GET /openapi/v1.json: the API's description, put together from the rooms' files, and /docs, a page to browse it.</summary>
public static class ApiDescription
{
    /// <summary>What the reference's page may load and call: this service and nobody else, since people type their keys into it.</summary>
    private const string OnlyHere = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; form-action 'none'; base-uri 'none'";

    private static readonly Lazy<ReadOnlyMemory<byte>> s_document = new(DescriptionAssembly.Assemble);

    /// <summary>OpenAPI 3.1 as UTF-8 JSON. Assembled when it is first asked for, so that a start does not wait for it: the files are part
    /// of the program, and a test assembles them.</summary>
    /// <exception cref="DescriptionException">The files do not fit together.</exception>
    public static ReadOnlyMemory<byte> Document => s_document.Value;

    /// <summary>Adds the two routes, open to everyone.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openapi/v1.json", async (HttpContext http) =>
        {
            http.Response.ContentType = "application/json";
            http.Response.Headers.CacheControl = "public, max-age=300";
            await http.Response.Body.WriteAsync(Document, http.RequestAborted);
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
            .AddHeadContent($"<meta http-equiv=\"Content-Security-Policy\" content=\"{OnlyHere}\" />"))
            .WithMetadata(new RequiresScope(null));
    }
}
