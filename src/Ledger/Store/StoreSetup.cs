using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.Events;
using Ledger.Facts;
using Ledger.Problems;
using Marten;
using Npgsql;
using Wolverine;
using Wolverine.Marten;

namespace Ledger.Store;

/// <summary>The store: Marten on PostgreSQL, with Wolverine carrying durable messages. Rooms above add their event types, tables and handlers
/// (<c>ConfigureMarten</c>, <c>ConfigureWolverine</c>).</summary>
public static class StoreSetup
{
    /// <summary>Registers the store and what watches it.</summary>
    /// <exception cref="OperatorException"><c>Ledger:Nodes</c> is neither one nor several.</exception>
    public static void AddStore(this IHostApplicationBuilder builder, string connectionString)
    {
        var services = builder.Services;
        services.AddSingleton<TimeProvider, MicrosecondClock>();
        services.AddSingleton(_ => DataSource(connectionString));
        services.AddSingleton(_ => new SessionConnections(connectionString));
        services.AddSingleton<Schema>();
        services.AddHostedService(x => x.GetRequiredService<Schema>());
        services.AddSingleton<DatabaseWatch>();
        services.AddHostedService(x => x.GetRequiredService<DatabaseWatch>());
        services.AddSingleton<LedgerClock>();
        services.AddSingleton<LedgerEnd>();
        services.AddSingleton<StoredEvents>();
        services.AddSingleton<FaultTranslation>(DatabaseFault.ProblemOf);
        services.AddMarten(_ =>
        {
            var options = new StoreOptions();
            Configure(options);
            return options;
        })
            .UseNpgsqlDataSource()
            .UseLightweightSessions()
            .IntegrateWithWolverine(wolverine => wolverine.MessageStorageSchemaName = TableNames.MessageSchema);
        var mode = ModeOf(builder.Configuration["Ledger:Nodes"]);
        builder.UseWolverine(options => Configure(options, mode));
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

    private static void Configure(StoreOptions options)
    {
        options.DatabaseSchemaName = TableNames.Schema;
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.UseSystemTextJsonForSerialization(configure: StoredJson.Apply);
        options.Events.StreamIdentity = StreamIdentity.AsString;
        // Positions and versions are known before the insert, so that evidence is written with it.
        options.Events.AppendMode = EventAppendMode.Rich;
        options.Events.EnableUniqueIndexOnEventId = true;
        options.Events.MetadataConfig.HeadersEnabled = true;
        options.Events.MetadataConfig.UserNameEnabled = true;
        // A failed batch is not sent again by the store: it is part of a transaction of ours, which has failed with it, and only the first fault
        // says why. Recorder looks again and decides again.
        options.ConfigureWritePolly(_ => { });
        options.Storage.ExtendedSchemaObjects.Add(Schema.VersionTable());
        options.Storage.Add(new AppendFence(options.Advanced.Migrator));
    }

    /// <summary>One node fetches its messages at once when it starts. Several nodes take over each other's.</summary>
    private static DurabilityMode ModeOf(string? nodes) => nodes switch
    {
        "several" => DurabilityMode.Balanced,
        "one" or "" or null => DurabilityMode.Solo,
        var other => throw new OperatorException($"Ledger:Nodes is '{other}', and may be one or several."),
    };

    private static void Configure(WolverineOptions options, DurabilityMode mode)
    {
        options.Durability.Mode = mode;
        // Another node goes on with the work of a killed one within 20 s: it is stale after 7, seen twice within 4, its messages are
        // released within 2 and fetched within 3. Who is missed in error and comes back can double nothing: a row's position is its
        // key, and an import's checkpoint is set once.
        options.Durability.HealthCheckPollingTime = TimeSpan.FromSeconds(2);
        options.Durability.StaleNodeTimeout = TimeSpan.FromSeconds(7);
        options.Durability.CheckAssignmentPeriod = TimeSpan.FromSeconds(mode == DurabilityMode.Solo ? 30 : 5);
        options.Durability.OrphanedMessageSweepPollingTime = TimeSpan.FromSeconds(2);
        options.Durability.ScheduledJobFirstExecution = TimeSpan.FromSeconds(1);
        // A node alone fetches what it left behind when it starts, and has nobody else's work to look for.
        options.Durability.ScheduledJobPollingTime = TimeSpan.FromSeconds(mode == DurabilityMode.Solo ? 10 : 3);
        // Counting its tables every few seconds for a metric costs more than all else that it does while idle.
        options.Durability.DurabilityMetricsEnabled = false;
        // What changes the schema, and when, is a matter of Schema alone.
        options.AutoBuildMessageStorageOnStartup = AutoCreate.None;
        // The handlers' code is generated when they change (HandlerCodeTests) and lies in Internal/Generated: no compiler at run time.
        options.ApplicationAssembly = typeof(StoreSetup).Assembly;
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
        options.Discovery.DisableConventionalDiscovery();
        options.Policies.AutoApplyTransactions();
    }
}
