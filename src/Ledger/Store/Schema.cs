using System.Text;
using Ledger.Problems;
using Npgsql;
using Weasel.Core.Migrations;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace Ledger.Store;

/// <summary>The database's tables and who may change them. In production nobody but the command <c>db-apply</c>: a service that starts only
/// looks, and refuses a schema that is not its own. With <c>Ledger:Schema=apply</c> (the default for a database of the service's own, and
/// for the demo) the start applies it.</summary>
/// <remarks>Runs before every other part of the host starts.</remarks>
public sealed class Schema(NpgsqlDataSource database, SessionConnections sessions, IServiceProvider services, IEnumerable<Upgrade> upgrades,
    RebuildReadModel rebuild, IConfiguration configuration, TimeProvider clock, ILogger<Schema> log) : IHostedLifecycleService
{
    /// <summary>Raised by one with every change of the schema, which a test demands (deploy/schema-versions.txt). An older service refuses
    /// a newer one.</summary>
    public const int Version = 2;

    /// <summary>SQL that notes that the read model was made anew, in the transaction that put it in place.</summary>
    public const string RebuiltSql = $"update {TableNames.SchemaVersion} set rebuild_needed = false where rebuild_needed";

    /// <summary>The setting, and its two words.</summary>
    public const string Setting = "Ledger:Schema", Apply = "apply", Check = "check";

    /// <summary>The advisory lock of who changes tables, and, shared, of who compares them: a comparison in the middle of a change reads
    /// what is no longer there.</summary>
    public const int TablesLock = 7301117;

    /// <summary>A recovery takes as long as its log is; whoever starts the service again after that finds it further on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>True where the service may change the schema by itself.</summary>
    public static bool MayChange(IConfiguration configuration) => configuration[Setting] switch
    {
        Apply => true,
        null or "" or Check => false,
        var other => throw new OperatorException($"{Setting} is '{other}'; it is {Apply} or {Check}."),
    };

    /// <summary>Whose schema the database has; up to which position, and time, events were recorded before there was one clock; whether
    /// rows of the read model lack something that only a rebuild gives them.</summary>
    public static Table VersionTable()
    {
        var table = new Table(new PostgresqlObjectName(TableNames.Schema, "schema_version", SchemaUtils.IdentifierUsage.General));
        table.AddColumn("one", "boolean").AsPrimaryKey();
        table.AddColumn("version", "integer").NotNull();
        table.AddColumn("applied", "timestamp with time zone").NotNull();
        table.AddColumn("unordered_until", "bigint").NotNull().DefaultValue(0);
        table.AddColumn("unordered_latest", "timestamp with time zone");
        table.AddColumn("rebuild_needed", "boolean").NotNull().DefaultValueByExpression("false");
        return table;
    }

    /// <summary>Brings the database to this program's schema, and its read model after it where an upgrade asks for that. Safe to run
    /// again; never beside another that does. The schema changes in one transaction, under the tables lock and the append lock: all of it
    /// or nothing.</summary>
    /// <param name="print">Takes a line for each upgrade and what it did.</param>
    /// <param name="progress">Is told how far a rebuild of the read model has come.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperatorException">The schema is a newer program's, or something would be lost that no upgrade
    /// names.</exception>
    public async Task ApplyAsync(Action<string> print, IProgress<Progress> progress, CancellationToken cancellation)
    {
        await using (var connection = await sessions.OpenAsync(cancellation))
        {
            // Two nodes that start at once on an empty database would both create.
            await using (var alone = new NpgsqlCommand($"select pg_advisory_lock({TablesLock})", connection) { CommandTimeout = 0 })
            {
                await alone.ExecuteNonQueryAsync(cancellation);
            }

            try
            {
                await ChangeAsync(connection, print, cancellation);
            }
            finally
            {
                if (connection.State == System.Data.ConnectionState.Open)
                {
                    await using var done = new NpgsqlCommand($"select pg_advisory_unlock({TablesLock})", connection);
                    await done.ExecuteNonQueryAsync(CancellationToken.None);
                }
            }
        }

        if (await NeedsRebuildAsync(cancellation))
        {
            print("The read model is made anew.");
            await rebuild(progress, cancellation);
        }
    }

    private async Task ChangeAsync(NpgsqlConnection connection, Action<string> print, CancellationToken cancellation)
    {
        var version = await VersionAsync(cancellation);
        RefuseNewer(version);
        if (version == 0 && await HoldsEventsAsync(cancellation))
        {
            throw new OperatorException($"The database holds events, but {TableNames.SchemaVersion} does not say whose schema it has. "
                + "Nothing was changed: restore that table's row from a backup.");
        }

        var due = version == 0 ? [] : upgrades.Where(x => x.From >= version && x.From < Version).OrderBy(x => x.From).ToList();
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var needsRebuild = await new SchemaChange(await PartsAsync(), due).RunAsync(transaction, print, cancellation);
        await using var command = new NpgsqlCommand($"""
            insert into {TableNames.SchemaVersion} as held (one, version, applied) values (true, $1, $2)
            on conflict (one) do update set version = $1, applied = case when held.version < $1 then $2 else held.applied end,
              rebuild_needed = held.rebuild_needed or $3
            """, connection, transaction);
        command.Parameters.AddWithValue(Version);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(needsRebuild);
        await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>True where an upgrade left rows of the read model that lack something, and no rebuild has ended since: the service is not
    /// ready.</summary>
    public async Task<bool> NeedsRebuildAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select coalesce((select rebuild_needed from {TableNames.SchemaVersion}), false)");
        command.CommandTimeout = 4;
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Compares, and changes nothing.</summary>
    /// <exception cref="OperatorException">The schema is not this program's.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        var version = await VersionAsync(cancellation);
        RefuseNewer(version);
        if (version < Version)
        {
            throw new OperatorException(version == 0
                ? $"The database has no schema of Ledger yet. Apply it first: {HowToApply}"
                : $"The database's schema is version {version}, this program needs {Version}. Back up, then apply it: {HowToApply}");
        }

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var still = new NpgsqlCommand($"select pg_advisory_xact_lock_shared({TablesLock})", connection, transaction))
        {
            await still.ExecuteNonQueryAsync(cancellation);
        }

        foreach (var part in await PartsAsync())
        {
            try
            {
                await part.AssertDatabaseMatchesConfigurationAsync(cancellation);
            }
            catch (DatabaseValidationException different)
            {
                throw new OperatorException($"The database's schema says that it is version {Version}, but differs from it. To put it right, "
                    + $"{HowToApply} It adds what is missing, and drops nothing. The difference: {Cut(different.Message.ReplaceLineEndings(" "))}");
            }
        }
    }

    /// <summary>A database that is there and starts, or recovers from a crash, is waited for; one that is not there is not.</summary>
    private async Task UntilItTakesConnectionsAsync(CancellationToken cancellation)
    {
        for (var started = clock.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(200), clock, cancellation))
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellation);
                return;
            }
            catch (PostgresException starting) when (starting.SqlState == PostgresErrorCodes.CannotConnectNow && clock.GetElapsedTime(started) < Patience)
            {
                // Asked again.
            }
        }
    }

    /// <summary>The whole schema as SQL, for review and for those who make an empty database's schema by other means. A database that has
    /// one already keeps its version: only <see cref="ApplyAsync"/> upgrades.</summary>
    public async Task<string> ScriptAsync()
    {
        var script = new StringBuilder();
        foreach (var part in await PartsAsync())
        {
            script.Append(part.ToDatabaseScript().ReplaceLineEndings("\n")).Append('\n');
        }

        return script.Append(System.Globalization.CultureInfo.InvariantCulture, $"""
            insert into {TableNames.SchemaVersion} (one, version, applied) values (true, {Version}, now()) on conflict (one) do nothing;

            """).ToString();
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await UntilItTakesConnectionsAsync(cancellationToken);
        await (MayChange(configuration)
            ? ApplyAsync(line => LogStep(log, line, null), new Progress<Progress>(), cancellationToken)
            : CheckAsync(cancellationToken));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static readonly Action<ILogger, string, Exception?> LogStep =
        LoggerMessage.Define<string>(LogLevel.Information, new EventId(1, "Schema"), "{Step}");

    private const string HowToApply = "run this program with the command db-apply and the same connection string.";

    private static string Cut(string text) => text.Length <= 600 ? text : text[..600] + " …";

    private static void RefuseNewer(int version)
    {
        if (version > Version)
        {
            throw new OperatorException($"The database's schema is version {version}, made by a newer Ledger; this program knows {Version}. "
                + "Run the newer program; going back needs the backup from before the upgrade.");
        }
    }

    /// <summary>0 where there is none.</summary>
    private async Task<int> VersionAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select to_regclass('{TableNames.SchemaVersion}') is not null");
        if (!(bool)(await command.ExecuteScalarAsync(cancellation))!)
        {
            return 0;
        }

        await using var read = database.CreateCommand($"select coalesce((select version from {TableNames.SchemaVersion}), 0)");
        return (int)(await read.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<bool> HoldsEventsAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select to_regclass('{TableNames.Events}') is not null");
        if (!(bool)(await command.ExecuteScalarAsync(cancellation))!)
        {
            return false;
        }

        await using var read = database.CreateCommand($"select exists (select from {TableNames.Events})");
        return (bool)(await read.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<IReadOnlyList<IDatabase>> PartsAsync()
    {
        var parts = new List<IDatabase>();
        foreach (var source in services.GetServices<IDatabaseSource>())
        {
            parts.AddRange(await source.BuildDatabases());
        }

        return parts;
    }
}
