using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Ledger.Access;
using Ledger.Fleets;
using Ledger.Reports;
using Marten;
using Npgsql;
using Wolverine;
using Wolverine.Marten;

namespace Ledger.Hosting;

/// <summary>The store: Marten on PostgreSQL, with Wolverine deciding which node runs the projections.</summary>
public static class Storage
{
    /// <summary>Schema of the events and of everything made from them.</summary>
    public const string Schema = "ledger";

    public static void AddStorage(this WebApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddSingleton<TimeProvider, MicrosecondClock>();
        builder.Services.AddSingleton(_ => DataSource(connectionString));
        builder.Services.AddSingleton<Schema>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Schema>());
        builder.Services.AddMarten(services =>
        {
            var options = new StoreOptions();
            Configure(options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<LedgerMetrics>());
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
            // One node runs every projection and starts them at once. Several nodes share them: Ledger:Nodes=several. A command beside a
            // running service runs none.
            options.Durability.Mode = builder.Configuration["Ledger:Nodes"] switch
            {
                "several" => DurabilityMode.Balanced,
                "none" => DurabilityMode.MediatorOnly,
                "one" or "" or null => DurabilityMode.Solo,
                var other => throw new FormatException($"Ledger:Nodes is '{other}', and may be one, several or none."),
            };
            // A node that was killed is missed after a quarter of a minute, not a whole one; who is missed in error and comes back can double
            // nothing, since a row's position is its key.
            options.Durability.HealthCheckPollingTime = TimeSpan.FromSeconds(3);
            options.Durability.StaleNodeTimeout = TimeSpan.FromSeconds(15);
            options.Durability.CheckAssignmentPeriod = TimeSpan.FromSeconds(5);
            // What changes the schema, and when, is a matter of Schema alone.
            options.AutoBuildMessageStorageOnStartup = AutoCreate.None;
            // There are no message handlers, so there is no code to generate, and no compiler to carry along.
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
            options.Discovery.DisableConventionalDiscovery();
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

    private static void Configure(StoreOptions options, TimeProvider clock, LedgerMetrics metrics)
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
        options.Projections.Add(new EvidenceProjection(clock, metrics), ProjectionLifecycle.Async, EvidenceProjection.Name,
            x => x.DeleteDataInTableOnTeardown($"{Schema}.{EvidenceProjection.Name}"));
        // A ledger may stop, never skip.
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Errors.SkipSerializationErrors = false;
        options.Projections.Errors.SkipUnknownEvents = false;
        options.Projections.RebuildErrors.SkipApplyErrors = false;
        options.Projections.RebuildErrors.SkipSerializationErrors = false;
        options.Projections.RebuildErrors.SkipUnknownEvents = false;

        foreach (var table in EvidenceTables.All().Append(ApiKeyTable.Make()).Append(Hosting.Schema.VersionTable()))
        {
            options.Storage.ExtendedSchemaObjects.Add(table);
        }
    }
}
