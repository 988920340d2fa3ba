using Ledger.Store;
using Marten;

namespace Ledger.Export;

/// <summary>Registers the room: its services, its routes.</summary>
public static class ExportSetup
{
    /// <param name="section">The configuration's section that holds the sections of <see cref="ExportSettings"/> and
    /// <see cref="AnalyticsSettings"/>.</param>
    public static void AddExport(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddSingleton(section.GetSection(ExportSettings.Section).Get<ExportSettings>() ?? new ExportSettings());
        services.AddSingleton(section.GetSection(AnalyticsSettings.Section).Get<AnalyticsSettings>() ?? new AnalyticsSettings());
        services.ConfigureMarten(options => options.Storage.ExtendedSchemaObjects.Add(new AnalyticsSchema()));
        services.AddSingleton<Upgrade, UpgradeToAnalytics>();
        services.AddSingleton<Snapshots>();
        services.AddHostedService<SnapshotTimer>();
        services.AddSingleton<ExportFolder>();
        services.AddSingleton<ExportFiles>();
    }

    public static void MapExport(this IEndpointRouteBuilder routes) => ExportEndpoint.Map(routes);
}
