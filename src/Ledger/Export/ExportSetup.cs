namespace Ledger.Export;

/// <summary>Registers the room: its services, its routes.</summary>
public static class ExportSetup
{
    /// <param name="section">The configuration's section that holds the section of <see cref="ExportSettings"/>.</param>
    public static void AddExport(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddSingleton(section.GetSection(ExportSettings.Section).Get<ExportSettings>() ?? new ExportSettings());
        services.AddSingleton<ExportFolder>();
        services.AddSingleton<ExportFiles>();
    }

    public static void MapExport(this IEndpointRouteBuilder routes) => ExportEndpoint.Map(routes);
}
