using Ledger.Facts;
using Marten;
using Wolverine;

namespace Ledger.Editions;

/// <summary>What the room registers: its event type, its tables, its durable queue and handler, its services, its routes.</summary>
public static class EditionsSetup
{
    /// <summary>The durable queue of imports.</summary>
    private const string Queue = "editions";

    public static void AddEditions(this IServiceCollection services)
    {
        services.ConfigureMarten(options =>
        {
            options.Events.MapEventType<EditionImported>(EventTypes.EditionImported);
            options.Storage.ExtendedSchemaObjects.AddRange(EditionTables.All());
        });
        services.ConfigureWolverine(options =>
        {
            options.Discovery.IncludeType(typeof(ContinueEditionHandler));
            options.PublishMessage<ContinueEdition>().ToLocalQueue(Queue).UseDurableInbox();
        });
        services.AddSingleton<EditionsHeld>();
        services.AddSingleton<EditionComparison>();
        services.AddSingleton<EditionImport>();
        services.AddSingleton<EditionIntake>();
        services.AddSingleton<EditionJobs>();
        services.AddSingleton<EditionRecording>();
    }

    public static void MapEditions(this IEndpointRouteBuilder routes)
    {
        PostEditionEndpoint.Map(routes);
        EditionsEndpoint.Map(routes);
    }
}
