using Ledger.Web;
using Marten;
using Microsoft.Extensions.Options;

namespace Ledger.Access;

/// <summary>Registers the room's table, services, middleware and routes.</summary>
public static class AccessSetup
{
    /// <summary>Registers the table and the services.</summary>
    /// <param name="section">The configuration's section with <see cref="AccessSettings"/>.</param>
    public static void AddAccess(this IServiceCollection services, IConfigurationSection section)
    {
        services.ConfigureMarten(options => options.Storage.ExtendedSchemaObjects.AddRange(ApiKeyTable.All()));
        services.Configure<AccessSettings>(section);
        services.AddSingleton<ApiKeyCache>();
        services.AddSingleton<ApiKeyUses>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<FailedAttempts>();
        services.AddSingleton<IAdmission, Admission>();
        services.AddHostedService<ApiKeyListener>();
        services.AddHostedService(x => x.GetRequiredService<ApiKeyUses>());
        services.AddRateLimit();
    }

    /// <summary>Adds the middleware. Must follow routing, which finds the endpoint whose scope is required.</summary>
    public static void UseAccess(this WebApplication app)
    {
        app.UseMiddleware<ApiKeyMiddleware>();
        if (app.Services.GetRequiredService<IOptions<AccessSettings>>().Value.RequestsPerSecond is not null)
        {
            app.UseRateLimiter();
        }
    }

    public static void MapAccess(this IEndpointRouteBuilder routes) => KeysEndpoint.Map(routes);
}
