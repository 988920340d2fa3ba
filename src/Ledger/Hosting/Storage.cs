using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Ledger.Access;
using Ledger.Fleets;
using Ledger.Reports;
using Marten;
using Npgsql;
using Weasel.Core;
using Wolverine;
using Wolverine.Marten;

namespace Ledger.Hosting;

/// <summary>The store: Marten on PostgreSQL.</summary>
public static class Storage
{
    /// <summary>Schema of the events and of everything made from them.</summary>
    public const string Schema = "ledger";

    public static void AddStorage(this WebApplicationBuilder builder, string connectionString)
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

        foreach (var made in (IEnumerable<ISchemaObject>)[.. EvidenceTables.All(), .. ApiKeyTable.All(), Hosting.Schema.VersionTable()])
        {
            options.Storage.ExtendedSchemaObjects.Add(made);
        }

        options.Storage.Add(new AppendFence(options.Advanced.Migrator));
    }
}
