using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Ledger.Access;
using Ledger.Editions;
using Ledger.Fleets;
using Ledger.Reports;
using Marten;
using Npgsql;
using Weasel.Core;
using Wolverine;
using Wolverine.Marten;

namespace Ledger.Hosting;

/// <summary>The store: Marten on PostgreSQL, with Wolverine carrying the imports of editions.</summary>
public static class Storage
{
    /// <summary>Schema of the events and of everything made from them.</summary>
    public const string Schema = "ledger";

    /// <summary>The durable queue of imports.</summary>
    private const string EditionQueue = "editions";

    public static void AddStorage(this IHostApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddSingleton<TimeProvider, MicrosecondClock>();
        builder.Services.AddSingleton(_ => DataSource(connectionString));
        builder.Services.AddSingleton(_ => new SessionConnections(connectionString));
        builder.Services.AddSingleton<Schema>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Schema>());
        builder.Services.AddMarten(services =>
        {
            var options = new StoreOptions();
            Configure(options);
            return options;
        })
            .UseNpgsqlDataSource()
            .UseLightweightSessions()
            .IntegrateWithWolverine(wolverine => wolverine.MessageStorageSchemaName = "wolverine");
        builder.UseWolverine(options =>
        {
            // One node fetches its messages at once when it starts. Several nodes take over each other's: Ledger:Nodes=several.
            options.Durability.Mode = builder.Configuration["Ledger:Nodes"] switch
            {
                "several" => DurabilityMode.Balanced,
                "one" or "" or null => DurabilityMode.Solo,
                var other => throw new OperatorException($"Ledger:Nodes is '{other}', and may be one or several."),
            };
            // Another node goes on with the work of a killed one within 20 s: it is stale after 7, seen twice within 4, its messages are
            // released within 2 and fetched within 3. Who is missed in error and comes back can double nothing: a row's position is its
            // key, and an import's checkpoint is set once.
            options.Durability.HealthCheckPollingTime = TimeSpan.FromSeconds(2);
            options.Durability.StaleNodeTimeout = TimeSpan.FromSeconds(7);
            options.Durability.CheckAssignmentPeriod = TimeSpan.FromSeconds(options.Durability.Mode == DurabilityMode.Solo ? 30 : 5);
            options.Durability.OrphanedMessageSweepPollingTime = TimeSpan.FromSeconds(2);
            options.Durability.ScheduledJobFirstExecution = TimeSpan.FromSeconds(1);
            // A node alone fetches what it left behind when it starts, and has nobody else's work to look for.
            options.Durability.ScheduledJobPollingTime = TimeSpan.FromSeconds(options.Durability.Mode == DurabilityMode.Solo ? 10 : 3);
            // Counting its tables every few seconds for a metric costs more than all else that it does while idle.
            options.Durability.DurabilityMetricsEnabled = false;
            // What changes the schema, and when, is a matter of Schema alone.
            options.AutoBuildMessageStorageOnStartup = AutoCreate.None;
            // The handlers' code is generated when they change (HandlerCodeTests) and lies in Internal/Generated: no compiler at run time.
            options.ApplicationAssembly = typeof(Storage).Assembly;
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
            options.Discovery.DisableConventionalDiscovery().IncludeType(typeof(ContinueEditionHandler));
            options.Policies.AutoApplyTransactions();
            options.PublishMessage<ContinueEdition>().ToLocalQueue(EditionQueue).UseDurableInbox();
        });
    }

    private static NpgsqlDataSource DataSource(string connectionString)
    {
        var builder = Builder(connectionString);
        builder.Name = "ledger";
        builder.ConnectionStringBuilder.MaxAutoPrepare = 40;
        // A connection goes back to the pool as it is: a reset would be one more statement for each use of it. In return nothing may leave
        // session state behind on it; what needs some takes a connection of SessionConnections.
        builder.ConnectionStringBuilder.NoResetOnClose = true;
        return builder.Build();
    }

    /// <summary>What every connection of the service is like, in the pool and outside.</summary>
    internal static NpgsqlDataSourceBuilder Builder(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.ApplicationName ??= "ledger";
        builder.ConnectionStringBuilder.Timezone = "UTC";
        // Whatever the operator's connection string says. A command that times out or is cancelled breaks its connection: waited for, the
        // cancellation of a commit ends the wait for the standby alone, and Npgsql would return as if the commit had been replicated.
        builder.ConnectionStringBuilder.CancellationTimeout = -1;
        return builder;
    }

    private static void Configure(StoreOptions options)
    {
        options.DatabaseSchemaName = Schema;
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.UseSystemTextJsonForSerialization(configure: StrictJson.Apply);

        options.Events.StreamIdentity = StreamIdentity.AsString;
        // Positions and versions are known before the insert, so that evidence is written with it.
        options.Events.AppendMode = EventAppendMode.Rich;
        options.Events.EnableUniqueIndexOnEventId = true;
        options.Events.MetadataConfig.HeadersEnabled = true;
        options.Events.MetadataConfig.UserNameEnabled = true;
        // A failed batch is not sent again by the store: it is part of a transaction of ours, which has failed with it, and only the first fault
        // says why. Recorder looks again and decides again.
        options.ConfigureWritePolly(_ => { });
        Facts.Register(options);

        options.Projections.Add(new EvidenceProjection(), ProjectionLifecycle.Inline, EvidenceProjection.Name);

        foreach (var made in (IEnumerable<ISchemaObject>)[.. EvidenceTables.All(), .. EditionTables.All(), .. ApiKeyTable.All(), Hosting.Schema.VersionTable()])
        {
            options.Storage.ExtendedSchemaObjects.Add(made);
        }

        options.Storage.Add(new AppendFence(options.Advanced.Migrator));
    }
}
