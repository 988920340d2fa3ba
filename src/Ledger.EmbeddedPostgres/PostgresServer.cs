using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// The embedded PostgreSQL: started, supervised and stopped by the service, where no connection string is configured. Its data are in the
/// data folder, with full durability; it listens on a Unix socket that only the service's user and root can open. It ends with the service,
/// also after kill -9, and the next start uses the same data. If it ends by itself, it is restarted at once.
/// </summary>
/// <remarks>
/// To be disposed of last: open connections are cut off. Tested on Linux, untested on macOS, not supported on Windows.
/// The decision and its reasons: ops/decisions/0002-postgresql-of-its-own.md.
/// </remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Time-out of a start without any response. Recovery after a crash responds to connections, and may take longer.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Between two attempts to connect.</summary>
    private static readonly TimeSpan ConnectInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>Starts in a row, each ended within <see cref="RestartWindow"/>, after which PostgreSQL is not restarted.</summary>
    private const int StartsInARow = 3;

    private static readonly TimeSpan RestartWindow = TimeSpan.FromSeconds(30);

    private readonly FolderLock _folderLock;
    private readonly ClusterHome _home;
    private readonly Func<GuardedProcess> _run;
    private readonly string _socketFolder;
    private readonly int? _port;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The PostgreSQL that runs now.</summary>
    private GuardedProcess _process;

    private PostgresServer(
        FolderLock folderLock, ClusterHome home, Func<GuardedProcess> run, string socketFolder, int? port, string version)
    {
        (_folderLock, _home, _run, _socketFolder, _port, Version) = (folderLock, home, run, socketFolder, port, version);
        ConnectionString = Connection(ServerSettings.Role, ServerSettings.Database, pooling: true);
        _process = _run();
    }

    /// <summary>Connection string to the database <c>ledger</c>, as its owner. It contains no secret: the kernel authenticates the
    /// user.</summary>
    public string ConnectionString { get; }

    /// <summary>The version that runs, such as 15.18.</summary>
    public string Version { get; }

    /// <summary>PostgreSQL's data directory; it may lie outside the data folder: <see cref="EmbeddedPostgresOptions.Elsewhere"/>.</summary>
    public string ClusterFolder => _home.Cluster;

    /// <summary>
    /// Completes when PostgreSQL was stopped, or could not be restarted. The service should then end.
    /// </summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// The connection string of the service that runs on a data folder, for commands beside it (keys, replay); null if none runs. It is
    /// usable by the service's user and root.
    /// </summary>
    public static string? ConnectionStringOfRunning(string dataFolder) =>
        OperatingSystem.IsWindows() ? null : FolderLock.ConnectionOfHolder(Path.GetFullPath(dataFolder));

    /// <summary>True where a data folder has a database, which a start would open rather than make.</summary>
    public static bool IsBegun(string dataFolder) => ClusterHome.IsBegun(dataFolder);

    /// <inheritdoc cref="StartAsync(string, EmbeddedPostgresOptions, Action{string}, CancellationToken)"/>
    public static Task<PostgresServer> StartAsync(string dataFolder, Action<string> print, CancellationToken cancel) =>
        StartAsync(dataFolder, new EmbeddedPostgresOptions(), print, cancel);

    /// <summary>Starts PostgreSQL on the data folder's database, and makes that database if there is none.</summary>
    /// <param name="dataFolder">Made if it is missing. Locked for this service (<see cref="FolderLock"/>).</param>
    /// <param name="options">Port, search and permissions.</param>
    /// <param name="print">Prints a sentence about each step that takes time.</param>
    /// <param name="cancel">Cancels the start, and leaves no process behind.</param>
    /// <exception cref="EmbeddedPostgresException">It cannot be started; the message states why and what to do.</exception>
    public static async Task<PostgresServer> StartAsync(
        string dataFolder, EmbeddedPostgresOptions options, Action<string> print, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EmbeddedPostgresException(
                "The service starts a PostgreSQL of its own on Linux and macOS only. Install PostgreSQL, create a database, and name it: "
                + EmbeddedPostgresException.OrConnect);
        }

        dataFolder = Path.GetFullPath(dataFolder);
        var folderLock = FolderLock.Take(dataFolder);
        try
        {
            return await StartLockedAsync(folderLock, await OsAccount.RealPathAsync(dataFolder, cancel), options, print, cancel);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or Win32Exception)
        {
            folderLock.Dispose();
            throw new EmbeddedPostgresException(
                $"PostgreSQL could not be started on the data folder {dataFolder}: {refused.Message.TrimEnd('.')}. "
                + $"Put that right, or choose a folder that user {OsAccount.Own.Name} may write to with --data DIR. "
                + EmbeddedPostgresException.OrConnect,
                refused);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Stops PostgreSQL and waits for its end: a fast shutdown, after <see cref="GuardedProcess.FastWithin"/> an immediate
    /// one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        try
        {
            // Idle connections in the pool would be broken for a later start on this database in the same process.
            using (var pooled = new NpgsqlConnection(ConnectionString))
            {
                NpgsqlConnection.ClearPool(pooled);
            }

            // From here on the supervisor starts no other.
            await Ended;
            await _process.StopAsync();
            // If the guard was killed, PostgreSQL still runs; otherwise this finds nothing.
            await RunningCluster.StopAsync(_home.Cluster, CancellationToken.None);
            SocketFolder.Remove(_home, _socketFolder);
        }
        finally
        {
            _process.Dispose();
            _folderLock.Dispose();
            _stopping.Dispose();
        }
    }

    private static async Task<PostgresServer> StartLockedAsync(
        FolderLock folderLock, string dataFolder, EmbeddedPostgresOptions options, Action<string> print, CancellationToken cancel)
    {
        CheckPort(options.Port);
        var home = await ClusterHome.OfAsync(dataFolder, options.Elsewhere, options.MayInstall, print, cancel);
        var search = options.Search ?? await PostgresSearch.OfThisMachineAsync(options.MayInstall, cancel);
        var programs = await search.ForAsync(home, print, cancel);
        if (home.HasCluster)
        {
            await StopLeftBehindAsync(home, print, cancel);
        }
        else
        {
            await NewCluster.MakeAsync(home, programs, print, cancel);
        }

        var socketFolder = await SocketFolder.PrepareAsync(home, options.Port, cancel);
        ServerSettings.Write(home, socketFolder, options.Port);
        print($"PostgreSQL {programs.Version} from {programs.BinFolder} runs on {home.Cluster} as user {home.Account.Name}.");
        string[] arguments = ["-D", home.Cluster, "-c", $"config_file={home.ConfigFile}"];
        var started = new PostgresServer(
            folderLock, home, () => GuardedProcess.Run(home.Account, home.StartLog, programs.Postgres, arguments),
            socketFolder, options.Port, programs.Version);
        try
        {
            await started.PrepareDatabaseAsync(dataFolder, print, cancel);
            folderLock.Announce(started.ConnectionString);
            started.Ended = started.SuperviseAsync(print);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Checks that the port is free: PostgreSQL would report a taken one only in its log.</summary>
    private static void CheckPort(int? port)
    {
        if (port is not { } number)
        {
            return;
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, number);
            listener.Start();
        }
        catch (SocketException taken)
        {
            throw new EmbeddedPostgresException(
                $"PostgreSQL cannot listen on 127.0.0.1:{number} ({taken.Message}). Set Ledger:PostgresPort to a free port, or leave it "
                + "out: the service itself needs none.",
                taken);
        }
    }

    private static async Task StopLeftBehindAsync(ClusterHome home, Action<string> print, CancellationToken cancel)
    {
        if (await RunningCluster.StopAsync(home.Cluster, cancel) is { } process)
        {
            print($"An earlier service had left PostgreSQL running (process {process}); it was stopped.");
        }
    }

    /// <summary>
    /// Restarts PostgreSQL whenever it, or its guard, has ended without a stop: killed, or out of memory. Connections fail meanwhile.
    /// One that ends before it lets anybody in has ended like any other, and is counted, not given up: it may have been killed too.
    /// </summary>
    private async Task SuperviseAsync(Action<string> print)
    {
        var inARow = 0;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var since = Stopwatch.StartNew();
                await _process.EndAsync(_stopping.Token);
                inARow = since.Elapsed > RestartWindow ? 1 : inARow + 1;
                if (inARow > StartsInARow)
                {
                    print($"PostgreSQL has ended {inARow} times in a row and is not started again. Its log is in {_home.Logs}.");
                    return;
                }

                print($"PostgreSQL has ended by itself and is started again. Its log is in {_home.Logs}.");
                // Its children may still run, or PostgreSQL itself, if only the guard was killed.
                await RunningCluster.StopAsync(_home.Cluster, _stopping.Token);
                var ended = _process;
                _process = _run();
                ended.Dispose();
                await using var connection = await ConnectAsync(print, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception refused)
                when (refused is EmbeddedPostgresException or IOException or UnauthorizedAccessException or Win32Exception)
            {
                print(refused.Message);
                if (!_process.HasEnded)
                {
                    return;
                }
            }
        }
    }

    private async Task PrepareDatabaseAsync(string dataFolder, Action<string> print, CancellationToken cancel)
    {
        await using var superuser = await ConnectAsync(print, cancel);
        // Each step is checked first: an earlier start may have been killed between two.
        if (!await ExistsAsync("SELECT 1 FROM pg_roles WHERE rolname = $1", ServerSettings.Role))
        {
            await ExecuteAsync($"CREATE ROLE {ServerSettings.Role} LOGIN");
        }

        if (!await ExistsAsync("SELECT 1 FROM pg_database WHERE datname = $1", ServerSettings.Database))
        {
            await ExecuteAsync($"CREATE DATABASE {ServerSettings.Database} OWNER {ServerSettings.Role}");
        }

        if (_port is not null)
        {
            // Hexadecimal digits, which need no quoting.
            await ExecuteAsync($"ALTER ROLE {ServerSettings.Role} PASSWORD '{ServerSettings.Password(dataFolder)}'");
            print($"PostgreSQL listens on port {_port}: PGPASSFILE={ServerSettings.PasswordFile(dataFolder)} "
                + $"psql -h 127.0.0.1 -p {_port} -U ledger ledger");
        }

        async Task<bool> ExistsAsync(string query, string name)
        {
            await using var command = new NpgsqlCommand(query, superuser) { Parameters = { new() { Value = name } } };
            return await command.ExecuteScalarAsync(cancel) is not null;
        }

        async Task ExecuteAsync(string statement)
        {
            await using var command = new NpgsqlCommand(statement, superuser);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Connects as superuser, and retries until PostgreSQL accepts the connection, ends, or does not respond within
    /// <see cref="StartTimeout"/>.</summary>
    private async Task<NpgsqlConnection> ConnectAsync(Action<string> print, CancellationToken cancel)
    {
        var asSuperuser = Connection(ServerSettings.Superuser, "postgres", pooling: false);
        var since = Stopwatch.StartNew();
        var silence = Stopwatch.StartNew();
        var isRecovering = false;
        while (true)
        {
            var connection = new NpgsqlConnection(asSuperuser);
            try
            {
                await connection.OpenAsync(cancel);
                return connection;
            }
            catch (PostgresException refused) when (refused.SqlState != PostgresErrorCodes.CannotConnectNow)
            {
                throw new EmbeddedPostgresException(
                    $"PostgreSQL runs on {_home.Cluster}, but does not let the service in: {refused.MessageText}. "
                    + $"Its log is in {_home.Logs}.",
                    refused);
            }
            catch (PostgresException)
            {
                silence.Restart();
                // In the first two seconds this is part of every start.
                if (!isRecovering && since.Elapsed > TimeSpan.FromSeconds(2))
                {
                    isRecovering = true;
                    print("PostgreSQL was not stopped properly the last time and recovers; nothing is lost, but it takes a while.");
                }
            }
            catch (NpgsqlException)
            {
                // It does not listen yet.
            }

            if (_process.HasEnded || silence.Elapsed > StartTimeout)
            {
                throw new EmbeddedPostgresException(
                    $"PostgreSQL {Version} did not start on {_home.Cluster}. It said:\n{await _home.LogEndAsync()}\n"
                    + $"More is in {_home.Logs}. " + EmbeddedPostgresException.OrConnect);
            }

            await Task.Delay(ConnectInterval, cancel);
        }
    }

    private string Connection(string role, string database, bool pooling) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = _socketFolder,
            Port = _port ?? ServerSettings.DefaultPort,
            Username = role,
            Database = database,
            Pooling = pooling,
            MaxPoolSize = ServerSettings.PoolSize,
            // A Unix socket needs no encryption.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
}
