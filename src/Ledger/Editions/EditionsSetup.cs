using Ledger.Facts;
using Ledger.Store;
using Marten;
using Wolverine;

namespace Ledger.Editions;

/// <summary>Registers the room's event type, tables, durable queue and handler, services and routes.</summary>
public static class EditionsSetup
{
    /// <summary>Name of the durable queue of imports.</summary>
    private const string Queue = "editions";

    public static void AddEditions(this IServiceCollection services)
    {
        services.ConfigureMarten(options =>
        {
            options.Events.MapEventType<EditionImported>(EventTypes.EditionImported);
            options.Events.MapEventType<EditionWithdrawn>(EventTypes.EditionWithdrawn);
            options.Storage.ExtendedSchemaObjects.AddRange(EditionTables.All());
        });
        services.ConfigureWolverine(options =>
        {
            options.Discovery.IncludeType(typeof(ContinueEditionHandler));
            options.PublishMessage<ContinueEdition>().ToLocalQueue(Queue).UseDurableInbox();
        });
        services.AddSingleton<Upgrade, UpgradeEditionJobs>();
        services.AddSingleton<EditionsHeld>();
        services.AddSingleton<EditionComparison>();
        services.AddSingleton<EditionImport>();
        services.AddSingleton<EditionIntake>();
        services.AddSingleton<EditionJobs>();
        services.AddSingleton<EditionRecording>();
        services.AddSingleton<EditionWithdrawal>();
        services.AddSingleton<YearsComparison>();
    }

    public static void MapEditions(this IEndpointRouteBuilder routes)
    {
        PostEditionEndpoint.Map(routes);
        PostWithdrawalEndpoint.Map(routes);
        EditionsEndpoint.Map(routes);
    }
}
