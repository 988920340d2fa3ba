using System.Globalization;
using FluentValidation;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Catalogue;

/// <summary>POST /v1/platforms and /v1/platforms/{slug}/aliases: 201 where something was recorded, 200 where it was there
/// already.</summary>
public static class PostPlatformsEndpoint
{
    private static readonly PlatformRules Platforms = new();
    private static readonly AliasRules Aliases = new();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/platforms", DefineAsync).WithMetadata(new RequiresScope(Scopes.Admin)).WithName("define-platform");
        routes.MapPost("/v1/platforms/{slug}/aliases", AddAliasAsync)
            .WithMetadata(new RequiresScope(Scopes.Admin)).WithName("add-alias");
    }

    private static async Task DefineAsync(HttpContext http, CatalogueWriter writer)
    {
        QueryParameters.None(http);
        var stated = await ReadAsync(http, Platforms);
        var by = RequestCaller.Of(http).Reporter;
        var (catalogue, position) = await writer.AppendAsync(current => CatalogueDecisions.Define(current, stated), by);
        await RespondAsync(http, catalogue, stated.Platform!, position);
    }

    private static async Task AddAliasAsync(HttpContext http, string slug, CatalogueWriter writer)
    {
        QueryParameters.None(http);
        var stated = await ReadAsync(http, Aliases);
        var by = RequestCaller.Of(http).Reporter;
        var platform = Slug.OfPath(slug) ?? slug;
        var (catalogue, position) = await writer.AppendAsync(current => CatalogueDecisions.AddAlias(current, platform, stated.Alias!), by);
        await RespondAsync(http, catalogue, platform, position);
    }

    private static async Task<T> ReadAsync<T>(HttpContext http, AbstractValidator<T> rules)
    {
        using var body = await RequestBody.ReadJsonAsync(http);
        var stated = StrictJson.Read<T>(body.RootElement);
        var result = await rules.ValidateAsync(stated, http.RequestAborted);
        return result.IsValid ? stated : throw BrokenRules.Problem(result);
    }

    private static Task RespondAsync(HttpContext http, CatalogueAt catalogue, string slug, long? position)
    {
        var platform = catalogue.Find(slug);
        http.Response.Headers.Location = $"/v1/platforms/{Uri.EscapeDataString(platform.Slug)}";
        http.Response.Headers["Ledger-Position"] = (position ?? platform.ChangedAt).ToString(CultureInfo.InvariantCulture);
        return JsonResponse.JsonAsync(http, position is null ? StatusCodes.Status200OK : StatusCodes.Status201Created,
            writer => PlatformJson.Write(writer, platform, catalogue));
    }
}
