using Ledger.Facts;
using Marten;

namespace Ledger.Catalogue;

/// <summary>Registers the room: its event types, its services, its routes.</summary>
public static class CatalogueSetup
{
    public static void AddCatalogue(this IServiceCollection services)
    {
        services.ConfigureMarten(options =>
        {
            options.Events.MapEventType<PlatformDefined>(EventTypes.PlatformDefined);
            options.Events.MapEventType<PlatformAliasAdded>(EventTypes.PlatformAliasAdded);
        });
        services.AddSingleton<CatalogueReader>();
        services.AddSingleton<CatalogueWriter>();
    }

    public static void MapCatalogue(this IEndpointRouteBuilder routes) => PostPlatformsEndpoint.Map(routes);
}
