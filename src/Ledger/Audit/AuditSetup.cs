namespace Ledger.Audit;

/// <summary>What the room registers: its routes. The replay is a command's.</summary>
public static class AuditSetup
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        EventsEndpoint.Map(routes);
        LiveEventsEndpoint.Map(routes);
    }
}
