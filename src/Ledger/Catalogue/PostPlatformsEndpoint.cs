using System.Globalization;
using FluentValidation;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Catalogue;

/// <summary>POST /v1/platforms and /v1/platforms/{slug}/aliases: 201 where something was recorded, 200 where it stood there already.</summary>
public static class PostPlatformsEndpoint
{
    private static readonly PlatformRules Platforms = new();
    private static readonly AliasRules Aliases = new();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/platforms", DefineAsync).WithMetadata(new RequiresScope(Scopes.Admin)).WithName("define-platform");
        routes.MapPost("/v1/platforms/{slug}/aliases", AddAliasAsync).WithMetadata(new RequiresScope(Scopes.Admin)).WithName("add-alias");
    }

    private static async Task DefineAsync(HttpContext http, CatalogueWriter writer)
    {
        QueryParameters.None(http);
        var said = await ReadAsync(http, Platforms);
        var (catalogue, position) = await writer.AppendAsync(now => CatalogueDecisions.Define(now, said), RequestCaller.Of(http).Reporter);
        await AnswerAsync(http, catalogue.Find(said.Platform!), position);
    }

    private static async Task AddAliasAsync(HttpContext http, string slug, CatalogueWriter writer)
    {
        QueryParameters.None(http);
        var said = await ReadAsync(http, Aliases);
        var (catalogue, position) = await writer.AppendAsync(now => CatalogueDecisions.AddAlias(now, slug, said.Alias!), RequestCaller.Of(http).Reporter);
        await AnswerAsync(http, catalogue.Find(slug), position);
    }

    private static async Task<T> ReadAsync<T>(HttpContext http, AbstractValidator<T> rules)
    {
        using var body = await RequestBody.ReadJsonAsync(http);
        var said = StrictJson.Read<T>(body.RootElement);
        return await rules.ValidateAsync(said, http.RequestAborted) is { IsValid: false } result ? throw BrokenRules.Problem(result) : said;
    }

    private static Task AnswerAsync(HttpContext http, Platform platform, long? position)
    {
        http.Response.Headers.Location = $"/v1/platforms/{Uri.EscapeDataString(platform.Slug)}";
        http.Response.Headers["Ledger-Position"] = (position ?? platform.ChangedAt).ToString(CultureInfo.InvariantCulture);
        return JsonResponse.JsonAsync(http, position is null ? StatusCodes.Status200OK : StatusCodes.Status201Created,
            writer => PlatformJson.Write(writer, platform));
    }
}
