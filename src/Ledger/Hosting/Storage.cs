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
using Wolverine;
using Wolverine.Marten;

namespace Ledger.Hosting;

/// <summary>The store: Marten on PostgreSQL, with Wolverine carrying the imports of editions and deciding which node runs the
/// projections.</summary>
public static class Storage
{
    /// <summary>Schema of the events and of everything made from them.</summary>
    public const string Schema = "ledger";

    /// <summary>The durable queue of imports.</summary>
    private const string EditionQueue = "editions";

    public static void AddStorage(this WebApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddSingleton<TimeProvider, MicrosecondClock>();
        builder.Services.AddSingleton(_ => DataSource(connectionString));
        builder.Services.AddSingleton<Schema>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Schema>());
        builder.Services.AddMarten(services =>
        {
            var options = new StoreOptions();
            Configure(options, services.GetRequiredService<TimeProvider>());
            return options;
        })
            .UseNpgsqlDataSource()
            .UseLightweightSessions()
            .IntegrateWithWolverine(wolverine =>
            {
                // One row of progress per projection: Wolverine decides which node moves it.
                wolverine.UseWolverineManagedEventSubscriptionDistribution = true;
                wolverine.MessageStorageSchemaName = "wolverine";
            });
        builder.Host.UseWolverine(options =>
        {
            // One node runs every projection and starts them at once. Several nodes share them: Ledger:Nodes=several.
            options.Durability.Mode = builder.Configuration["Ledger:Nodes"] switch
            {
                "several" => DurabilityMode.Balanced,
                "one" or "" or null => DurabilityMode.Solo,
                var other => throw new FormatException($"Ledger:Nodes is '{other}', and may be one or several."),
            };
            // Another node goes on with the work of a killed one within 20 s: it is stale after 7, seen twice within 4, its messages are
            // released within 2 and fetched within 3. Who is missed in error and comes back can double nothing: a row's position is its
            // key, and an import's checkpoint is set once.
            options.Durability.HealthCheckPollingTime = TimeSpan.FromSeconds(2);
            options.Durability.StaleNodeTimeout = TimeSpan.FromSeconds(7);
            options.Durability.CheckAssignmentPeriod = TimeSpan.FromSeconds(5);
            options.Durability.OrphanedMessageSweepPollingTime = TimeSpan.FromSeconds(2);
            options.Durability.ScheduledJobFirstExecution = TimeSpan.FromSeconds(1);
            options.Durability.ScheduledJobPollingTime = TimeSpan.FromSeconds(options.Durability.Mode == DurabilityMode.Solo ? 5 : 3);
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
        var builder = new NpgsqlDataSourceBuilder(connectionString) { Name = "ledger" };
        builder.ConnectionStringBuilder.ApplicationName ??= "ledger";
        builder.ConnectionStringBuilder.Timezone = "UTC";
        builder.ConnectionStringBuilder.MaxAutoPrepare = 40;
        return builder.Build();
    }

    private static void Configure(StoreOptions options, TimeProvider clock)
    {
        options.DatabaseSchemaName = Schema;
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.UseSystemTextJsonForSerialization(configure: StrictJson.Apply);

        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        options.Events.TimeProvider = clock;
        options.Events.EnableUniqueIndexOnEventId = true;
        options.Events.MetadataConfig.HeadersEnabled = true;
        options.Events.MetadataConfig.UserNameEnabled = true;
        options.Events.UseListenNotifyForEventAppends = true;
        Facts.Register(options);

        // A rebuild empties the evidence and refolds it. The marks stay: at which time what was known is no matter of how it is kept.
        options.Projections.Add(new EvidenceProjection(clock), ProjectionLifecycle.Async, EvidenceProjection.Name,
            x => x.DeleteDataInTableOnTeardown($"{Schema}.{EvidenceProjection.Name}"));
        // A ledger may stop, never skip.
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Errors.SkipSerializationErrors = false;
        options.Projections.Errors.SkipUnknownEvents = false;
        options.Projections.RebuildErrors.SkipApplyErrors = false;
        options.Projections.RebuildErrors.SkipSerializationErrors = false;
        options.Projections.RebuildErrors.SkipUnknownEvents = false;

        foreach (var table in EvidenceTables.All().Concat(EditionTables.All()).Append(ApiKeyTable.Make())
            .Append(Hosting.Schema.VersionTable()))
        {
            options.Storage.ExtendedSchemaObjects.Add(table);
        }
    }
}
