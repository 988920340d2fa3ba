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

/// <summary>Registers the store: Marten on PostgreSQL, with Wolverine for durable messages. Rooms above add their event types, tables and
/// handlers (<c>ConfigureMarten</c>, <c>ConfigureWolverine</c>).</summary>
public static class StoreSetup
{
    /// <summary>Registers the store, its schema, clock and probe.</summary>
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

    /// <summary>Settings of every connection of the service, pooled or not.</summary>
    internal static NpgsqlDataSourceBuilder Builder(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.ApplicationName ??= "ledger";
        builder.ConnectionStringBuilder.Timezone = "UTC";
        // Overrides the operator's connection string. A command that times out or is cancelled breaks its connection. With a cancellation
        // time-out, cancelling a commit would only end its wait for the standby, and Npgsql would return as if it had been replicated.
        builder.ConnectionStringBuilder.CancellationTimeout = -1;
        return builder;
    }

    private static NpgsqlDataSource DataSource(string connectionString)
    {
        var builder = Builder(connectionString);
        builder.Name = "ledger";
        builder.ConnectionStringBuilder.MaxAutoPrepare = 40;
        // A reset would be one more statement for each use of a connection. In return no code may leave session state on one;
        // SessionConnections has connections for that.
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
        // No retry of a failed batch: it is part of a transaction of ours, which has failed with it, and the fault of a retry would hide
        // the cause. The recorder reads and decides again.
        options.ConfigureWritePolly(_ => { });
        options.Storage.ExtendedSchemaObjects.Add(Schema.VersionTable());
        options.Storage.Add(new AppendFence(options.Advanced.Migrator));
    }

    /// <summary>A single node recovers its own messages when it starts. Several nodes take over the messages of one that is gone.</summary>
    private static DurabilityMode ModeOf(string? nodes) => nodes switch
    {
        "several" => DurabilityMode.Balanced,
        "one" or "" or null => DurabilityMode.Solo,
        var other => throw new OperatorException($"Ledger:Nodes is '{other}', and may be one or several."),
    };

    private static void Configure(WolverineOptions options, DurabilityMode mode)
    {
        options.Durability.Mode = mode;
        // Another node takes over the work of a killed one within 20 s: it is stale after 7, found so by two checks within 4, its messages
        // are released within 2 and fetched within 3. A node taken for dead in error doubles nothing: a row's key is its position, and an
        // import's checkpoint is set once.
        options.Durability.HealthCheckPollingTime = TimeSpan.FromSeconds(2);
        options.Durability.StaleNodeTimeout = TimeSpan.FromSeconds(7);
        options.Durability.CheckAssignmentPeriod = TimeSpan.FromSeconds(mode == DurabilityMode.Solo ? 30 : 5);
        options.Durability.OrphanedMessageSweepPollingTime = TimeSpan.FromSeconds(2);
        options.Durability.ScheduledJobFirstExecution = TimeSpan.FromSeconds(1);
        // A single node has its own messages from its start, and no other node's to look for.
        options.Durability.ScheduledJobPollingTime = TimeSpan.FromSeconds(mode == DurabilityMode.Solo ? 10 : 3);
        // The metric counts Wolverine's tables every few seconds, which costs more than everything else that it does while idle.
        options.Durability.DurabilityMetricsEnabled = false;
        // Only Schema changes the schema.
        options.AutoBuildMessageStorageOnStartup = AutoCreate.None;
        // The handlers' code is generated when they change (HandlerCodeTests) and lies in Internal/Generated: no compiler at run time.
        options.ApplicationAssembly = typeof(StoreSetup).Assembly;
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
        options.Discovery.DisableConventionalDiscovery();
        options.Policies.AutoApplyTransactions();
    }
}
