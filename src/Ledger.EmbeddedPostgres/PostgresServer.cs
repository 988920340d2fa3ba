using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// A PostgreSQL that the service starts, keeps and stops by itself, for when no connection string is given. It is a real one, with its data
/// in the data folder and everything made durable; it listens on a Unix socket that only the service's user and root can reach. It ends
/// with the service, also with kill -9, and starts again on the old data. Where it ends alone, it is started again at once.
/// </summary>
/// <remarks>
/// Dispose it last: whatever still talks to the database is cut off. Tested on Linux; macOS should do, Windows is refused.
/// The decision and its reasons: ops/decisions/0002-postgresql-of-its-own.md.
/// </remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Silence for so long means that it will not come up. Recovery after a crash is not silent, and may take its time.</summary>
    private static readonly TimeSpan SilenceWithin = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(25);

    /// <summary>After so many starts, each ended within <see cref="SoonAgain"/>, PostgreSQL is given up: it would end for ever.</summary>
    private const int StartsInARow = 3;

    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(30);

    private readonly FolderLock _folderLock;
    private readonly ClusterHome _home;
    private readonly Func<GuardedProcess> _run;
    private readonly string _socketFolder;
    private readonly int? _port;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Of the PostgreSQL that runs now.</summary>
    private GuardedProcess _process;

    private PostgresServer(
        FolderLock folderLock, ClusterHome home, Func<GuardedProcess> run, string socketFolder, int? port, string version)
    {
        (_folderLock, _home, _run, _socketFolder, _port, Version) = (folderLock, home, run, socketFolder, port, version);
        ConnectionString = Connection(ServerSettings.Role, ServerSettings.Database, pooling: true);
        _process = _run();
    }

    /// <summary>To the database <c>ledger</c>, as its owner. It holds no secret: the kernel authenticates the user.</summary>
    public string ConnectionString { get; }

    /// <summary>The version that runs, such as 15.18.</summary>
    public string Version { get; }

    /// <summary>PostgreSQL's data directory; it may lie outside the data folder: <see cref="EmbeddedPostgresOptions.Elsewhere"/>.</summary>
    public string ClusterFolder => _home.Cluster;

    /// <summary>
    /// Ends when there is no PostgreSQL any more: it was stopped, or could not be started again. A service that finds itself without
    /// should end.
    /// </summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// The connection string of the service that runs on a data folder now, so that a short command (keys, export) can work beside it;
    /// null if none does. It works for the service's user and for root.
    /// </summary>
    public static string? ConnectionStringOfRunning(string dataFolder) =>
        OperatingSystem.IsWindows() ? null : FolderLock.ConnectionOfHolder(Path.GetFullPath(dataFolder));

    /// <summary>Whether a data folder has a database already, which a start would open rather than make.</summary>
    public static bool IsBegun(string dataFolder) => ClusterHome.IsBegun(dataFolder);

    /// <inheritdoc cref="StartAsync(string, EmbeddedPostgresOptions, Action{string}, CancellationToken)"/>
    public static Task<PostgresServer> StartAsync(string dataFolder, Action<string> print, CancellationToken cancel) =>
        StartAsync(dataFolder, new EmbeddedPostgresOptions(), print, cancel);

    /// <summary>Starts PostgreSQL on the data folder's database, and makes that database if there is none.</summary>
    /// <param name="dataFolder">Made if it is missing. One service at a time.</param>
    /// <param name="options">What may be chosen.</param>
    /// <param name="print">Takes, in a sentence each, what takes time or is worth knowing.</param>
    /// <param name="cancel">Gives up, and leaves nothing running.</param>
    /// <exception cref="EmbeddedPostgresException">It cannot be started; the message says why and what to do.</exception>
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

    /// <summary>Stops PostgreSQL and waits for it: fast, which writes everything, and if that takes too long, immediately.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        try
        {
            // Idle connections in the pool would be found broken by whoever starts this database again in the same process.
            using (var pooled = new NpgsqlConnection(ConnectionString))
            {
                NpgsqlConnection.ClearPool(pooled);
            }

            await _process.StopAsync();
            await Ended;
            // The same one, or one that was being started meanwhile.
            await _process.StopAsync();
            // If the guard was killed, PostgreSQL still runs; if not, there is nothing to find.
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
        RefuseTakenPort(options.Port);
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

    /// <summary>Looked at first, since PostgreSQL itself would say so only in its log.</summary>
    private static void RefuseTakenPort(int? port)
    {
        if (port is not { } number)
        {
            return;
        }

        if (number is < 1 or > IPEndPoint.MaxPort)
        {
            throw new EmbeddedPostgresException($"Ledger:PostgresPort is {number}; a port lies between 1 and {IPEndPoint.MaxPort}.");
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
    /// Starts PostgreSQL again whenever it, or the guard that would stop it, has ended unasked: killed, or out of memory. Connections fail
    /// meanwhile.
    /// </summary>
    private async Task SuperviseAsync(Action<string> print)
    {
        var inARow = 0;
        while (true)
        {
            try
            {
                var since = Stopwatch.StartNew();
                await _process.EndAsync(_stopping.Token);
                inARow = since.Elapsed > SoonAgain ? 1 : inARow + 1;
                if (inARow > StartsInARow)
                {
                    print($"PostgreSQL has ended {inARow} times in a row and is not started again. Its log is in {_home.Logs}.");
                    return;
                }

                print($"PostgreSQL has ended by itself and is started again. Its log is in {_home.Logs}.");
                // Its children may not have noticed yet; or only the guard was killed.
                await RunningCluster.StopAsync(_home.Cluster, _stopping.Token);
                var ended = _process;
                _process = _run();
                await using var answers = await ReadyAsync(print, _stopping.Token);
                ended.Dispose();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception refused)
                when (refused is EmbeddedPostgresException or IOException or UnauthorizedAccessException or Win32Exception)
            {
                print(refused.Message);
                return;
            }
        }
    }

    private async Task PrepareDatabaseAsync(string dataFolder, Action<string> print, CancellationToken cancel)
    {
        await using var superuser = await ReadyAsync(print, cancel);
        // Each step is looked up first: an earlier start may have been killed between two.
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
            // Hexadecimal digits: nothing in it to quote.
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

    /// <summary>Asks until PostgreSQL answers, ends, or keeps silent for too long.</summary>
    private async Task<NpgsqlConnection> ReadyAsync(Action<string> print, CancellationToken cancel)
    {
        var asSuperuser = Connection(ServerSettings.Superuser, "postgres", pooling: false);
        var since = Stopwatch.StartNew();
        var silence = Stopwatch.StartNew();
        var recovering = false;
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
                // The first refusals are part of every start.
                if (!recovering && since.Elapsed > TimeSpan.FromSeconds(2))
                {
                    recovering = true;
                    print("PostgreSQL was not stopped properly the last time and recovers; nothing is lost, but it takes a while.");
                }
            }
            catch (NpgsqlException)
            {
                // It does not listen yet.
            }

            if (_process.HasEnded || silence.Elapsed > SilenceWithin)
            {
                throw new EmbeddedPostgresException(
                    $"PostgreSQL {Version} did not start on {_home.Cluster}. It said:\n{await _home.LogEndAsync()}\n"
                    + $"More is in {_home.Logs}. " + EmbeddedPostgresException.OrConnect);
            }

            await Task.Delay(AskEvery, cancel);
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
            // On a socket there is nobody to hide from.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
}
