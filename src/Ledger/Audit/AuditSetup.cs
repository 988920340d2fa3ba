namespace Ledger.Audit;

/// <summary>Registers the room's routes. The command <c>replay</c> constructs <see cref="Replay"/> itself.</summary>
public static class AuditSetup
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        EventsEndpoint.Map(routes);
        LiveEventsEndpoint.Map(routes);
    }
}
