namespace Ledger.Dashboard;

/// <summary>Registers the room: its files, its middleware, its routes.</summary>
public static class DashboardSetup
{
    public static void AddDashboard(this IServiceCollection services) => services.AddSingleton<DashboardFiles>();

    /// <summary>Adds the page of unknown addresses. Must follow routing and come before the API key is asked for.</summary>
    public static void UseDashboard(this WebApplication app) => DashboardEndpoint.Use(app);

    public static void MapDashboard(this IEndpointRouteBuilder routes) => DashboardEndpoint.Map(routes);
}
