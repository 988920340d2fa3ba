using Ledger.Facts;
using Marten;

namespace Ledger.Reports;

/// <summary>Registers the room: its event types, its services, its routes.</summary>
public static class ReportsSetup
{
    public static void AddReports(this IServiceCollection services)
    {
        services.ConfigureMarten(options =>
        {
            foreach (var (name, type) in EventTypes.Reports.Values)
            {
                options.Events.MapEventType(type, name);
            }
        });
        services.AddSingleton<ReportReader>();
        services.AddSingleton<Recorder>();
        services.AddHostedService(x => x.GetRequiredService<Recorder>());
    }

    public static void MapReports(this IEndpointRouteBuilder routes)
    {
        PostReportEndpoint.Map(routes);
        PostEventsEndpoint.Map(routes);
        ImportEndpoint.Map(routes);
    }
}
