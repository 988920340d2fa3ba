using System.Text;
using Ledger.Problems;
using Npgsql;
using Weasel.Core.Migrations;
using Weasel.Postgresql.Tables;

namespace Ledger.Store;

/// <summary>Checks or applies the database's schema at start-up. In production only the command <c>db-apply</c> changes it: a start
/// compares, and fails on a schema that is not its own. With <c>Ledger:Schema=apply</c> (the default for an embedded database, and for the
/// demo) the start applies it.</summary>
/// <remarks>Runs before every other part of the host starts.</remarks>
public sealed class Schema(NpgsqlDataSource database, SessionConnections sessions, IServiceProvider services, IEnumerable<Upgrade> upgrades,
    RebuildReadModel rebuild, IConfiguration configuration, TimeProvider clock, ILogger<Schema> log) : IHostedLifecycleService
{
    /// <summary>Version of this program's schema. Raised by one with every change of it, as a test demands (deploy/schema-versions.txt). An
    /// older service does not start on a newer schema.</summary>
    public const int Version = 6;

    /// <summary>SQL that records that the read model was rebuilt; part of the transaction that puts it in place.</summary>
    public const string RebuiltSql = $"update {TableNames.SchemaVersion} set rebuild_needed = false where rebuild_needed";

    /// <summary>Name of the setting, and its two values.</summary>
    public const string Setting = "Ledger:Schema", Apply = "apply", Check = "check";

    /// <summary>Number of the tables lock, an advisory lock: exclusive for a change of the schema, shared for a comparison, which would
    /// otherwise read objects that are being dropped.</summary>
    public const int TablesLock = 7301117;

    /// <summary>How long a start waits for a database that recovers. Recovery may take longer; the next start then finds it further
    /// on.</summary>
    private static readonly TimeSpan RecoveryWait = TimeSpan.FromMinutes(1);

    /// <summary>True where the service may change the schema by itself.</summary>
    public static bool MayChange(IConfiguration configuration) => configuration[Setting] switch
    {
        Apply => true,
        null or "" or Check => false,
        var other => throw new OperatorException($"{Setting} is '{other}'; it is {Apply} or {Check}."),
    };

    /// <summary>The table of one row with the schema's version; the last position, and the latest time, of events from before the rule of
    /// <see cref="LedgerClock"/>; and whether the read model has incomplete rows that only a rebuild completes.</summary>
    public static Table VersionTable()
    {
        var table = new Table(TableNames.ObjectName(TableNames.SchemaVersion));
        table.AddColumn("one", "boolean").AsPrimaryKey();
        table.AddColumn("version", "integer").NotNull();
        table.AddColumn("applied", "timestamp with time zone").NotNull();
        table.AddColumn("unordered_until", "bigint").NotNull().DefaultValue(0);
        table.AddColumn("unordered_latest", "timestamp with time zone");
        table.AddColumn("rebuild_needed", "boolean").NotNull().DefaultValueByExpression("false");
        return table;
    }

    /// <summary>Brings the database to this program's schema, and then rebuilds the read model where an upgrade needs it. Idempotent; the
    /// tables lock guarantees that only one runs at a time. The schema changes in one transaction, under the tables lock and the append
    /// lock: all of it or nothing.</summary>
    /// <param name="print">Prints a line for each upgrade and what it did.</param>
    /// <param name="progress">Progress of a rebuild of the read model.</param>
    /// <param name="cancellation">Cancels; nothing has changed then, or only the rebuild is missing.</param>
    /// <exception cref="OperatorException">The schema is of a newer program, or something would be lost that no upgrade names.</exception>
    public async Task ApplyAsync(Action<string> print, IProgress<Progress> progress, CancellationToken cancellation)
    {
        await using (var connection = await sessions.OpenAsync(cancellation))
        {
            // Two nodes that start at once on an empty database would both create.
            await using (var take = new NpgsqlCommand($"select pg_advisory_lock({TablesLock})", connection) { CommandTimeout = 0 })
            {
                await take.ExecuteNonQueryAsync(cancellation);
            }

            try
            {
                await ChangeAsync(connection, print, cancellation);
            }
            finally
            {
                if (connection.State == System.Data.ConnectionState.Open)
                {
                    await using var release = new NpgsqlCommand($"select pg_advisory_unlock({TablesLock})", connection);
                    await release.ExecuteNonQueryAsync(CancellationToken.None);
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

    /// <summary>True where an upgrade left incomplete rows in the read model, and no rebuild has ended since. The service is not ready
    /// then.</summary>
    private async Task<bool> NeedsRebuildAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select coalesce((select rebuild_needed from {TableNames.SchemaVersion}), false)");
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Compares the database with this program's schema, and changes nothing.</summary>
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
        await using (var take = new NpgsqlCommand($"select pg_advisory_xact_lock_shared({TablesLock})", connection, transaction))
        {
            await take.ExecuteNonQueryAsync(cancellation);
        }

        foreach (var part in await PartsAsync())
        {
            try
            {
                await part.AssertDatabaseMatchesConfigurationAsync(cancellation);
            }
            catch (DatabaseValidationException different)
            {
                throw new OperatorException(
                    $"The database's schema says that it is version {Version}, but differs from it. To put it right, {HowToApply} "
                    + "It adds what is missing, and drops nothing. "
                    + $"The difference: {Cut(different.Message.ReplaceLineEndings(" "))}");
            }
        }
    }

    /// <summary>Waits for a database that starts or recovers from a crash. One that cannot be reached is not waited for.</summary>
    private async Task WaitForRecoveryAsync(CancellationToken cancellation)
    {
        for (var started = clock.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(200), clock, cancellation))
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellation);
                return;
            }
            catch (PostgresException starting)
                when (starting.SqlState == PostgresErrorCodes.CannotConnectNow && clock.GetElapsedTime(started) < RecoveryWait)
            {
                // Tried again.
            }
        }
    }

    /// <summary>The whole schema as SQL, for review, and to create it in an empty database by other means. It leaves the version of an
    /// existing schema as it is: only <see cref="ApplyAsync"/> upgrades.</summary>
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
        await WaitForRecoveryAsync(cancellationToken);
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
            throw new OperatorException(
                $"The database's schema is version {version}, made by a newer Ledger; this program knows {Version}. "
                + "Run the newer program; going back needs the backup from before the upgrade.");
        }
    }

    /// <summary>Version of the database's schema; 0 where there is none.</summary>
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
