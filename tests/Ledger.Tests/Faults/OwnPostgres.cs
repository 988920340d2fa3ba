using System.Diagnostics;
using System.Globalization;
using Ledger.Tests.EmbeddedPostgres;
using Ledger.Tests.Harness;
using Npgsql;

namespace Ledger.Tests.Faults;

/// <summary>A PostgreSQL apart from the service's, made durable as in production, to be killed, stopped and starved.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private readonly string _folder;
    private Process? _process;
    private List<int> _frozen = [];

    private readonly bool _deleted;

    private OwnPostgres(string folder, bool deleted) => (_folder, _deleted) = (folder, deleted);

    private static string Programs => field ??= Directory.GetDirectories("/usr/lib/postgresql").Select(x => Path.Combine(x, "bin"))
        .Where(x => File.Exists(Path.Combine(x, "initdb"))).OrderBy(x => int.Parse(Path.GetFileName(Path.GetDirectoryName(x)!), CultureInfo.InvariantCulture)).Last();

    private string Data => Path.Combine(_folder, "data");

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = Path.Combine(_folder, "socket"), Username = "postgres", Database = "postgres", SslMode = SslMode.Disable, Timeout = 5, MaxPoolSize = 20,
    }.ConnectionString;

    /// <summary>Skips the test where there is no installed PostgreSQL in the place where Debian puts it, or none with this program.</summary>
    public static void OrSkip(string program = "initdb") => Assert.SkipUnless(
        Directory.Exists("/usr/lib/postgresql") && File.Exists(Path.Combine(Programs, program)), $"These faults need PostgreSQL's {program} under /usr/lib/postgresql.");

    /// <summary>Makes a cluster in a folder that is there and empty, and starts it.</summary>
    /// <param name="folder">Of the cluster and its socket.</param>
    /// <param name="deleted">Its folder is deleted with it.</param>
    /// <param name="settings">Settings of the server, <c>name=value</c>.</param>
    public static async Task<OwnPostgres> StartAsync(string folder, bool deleted, params string[] settings)
    {
        var postgres = new OwnPostgres(folder, deleted);
        postgres.MakeFolders();
        using var initdb = Run("initdb", "-D", postgres.Data, "-U", "postgres", "--auth=trust", "--no-locale", "-E", "UTF8", "--wal-segsize=1", "--no-sync");
        await initdb.WaitForExitAsync();
        Assert.Equal(0, initdb.ExitCode);
        await File.AppendAllLinesAsync(Path.Combine(postgres.Data, "postgresql.conf"),
            ["listen_addresses = ''", $"unix_socket_directories = '{folder}/socket'", "timezone = 'UTC'", "max_connections = 60", .. settings]);
        await postgres.StartAsync();
        return postgres;
    }

    /// <summary>Makes a standby that streams from it, without whose confirmation no commit of it ends from then on.</summary>
    public async Task<OwnPostgres> WithStandbyAsync()
    {
        var standby = new OwnPostgres(Path.Combine(_folder, "standby"), deleted: false);
        standby.MakeFolders();
        using var copy = Run("pg_basebackup", "-h", Path.Combine(_folder, "socket"), "-U", "postgres", "-D", standby.Data, "-R", "-X", "stream", "--checkpoint=fast",
            "--no-sync");
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
        await File.AppendAllLinesAsync(Path.Combine(standby.Data, "postgresql.conf"), [$"unix_socket_directories = '{standby._folder}/socket'"]);
        await standby.StartAsync();
        await Databases.RunAsync(ConnectionString, "alter system set synchronous_standby_names = '*'");
        await Databases.ValueAsync<bool>(ConnectionString, "select pg_reload_conf()");
        await Eventually.GetAsync("The standby should be synchronous.", () => Databases.ValueAsync<string>(ConnectionString,
            "select coalesce(string_agg(state || ' ' || sync_state, ', '), '') from pg_stat_replication"), x => x == "streaming sync");
        return standby;
    }

    /// <summary>Stops every process of it in the middle of whatever it does; nothing of it answers any more, and no connection is cut.</summary>
    public void Freeze()
    {
        _frozen = [_process!.Id, .. Scratch.ChildrenOf(_process.Id)];
        Signal("STOP");
    }

    /// <summary>It goes on where it was.</summary>
    public void GoOn() => Signal("CONT");

    private void Signal(string name)
    {
        foreach (var process in _frozen)
        {
            Scratch.Do("sh", "-c", $"kill -{name} {process} || true");
        }
    }

    private void MakeFolders()
    {
        foreach (var folder in (string[])[Data, Path.Combine(_folder, "socket")])
        {
            Directory.CreateDirectory(folder);
            Scratch.Chmod("700", folder);
            if (Scratch.IsRoot)
            {
                Scratch.Do("chown", "postgres", folder);
            }
        }
    }

    /// <summary>Starts it on what it left, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        await Eventually.GetAsync("PostgreSQL should come up.", async () =>
        {
            if (_process is null or { HasExited: true })
            {
                // Its children may not have noticed yet that their parent is gone: then it refuses, and is asked again.
                _process = Run("postgres", "-D", Data);
            }

            try
            {
                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
                await connection.OpenAsync();
                return "";
            }
            catch (NpgsqlException notYet)
            {
                return notYet.Message;
            }
        }, x => x.Length == 0, TimeSpan.FromMilliseconds(50));
    }

    /// <summary>SIGKILL of the postmaster: every process of it ends, and nothing is written any more.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGKILL of one of its backends: it throws every session out and recovers.</summary>
    public async Task KillABackendAsync()
    {
        // It may still recover from the one before.
        await StartAsync();
        var pid = await Databases.ValueAsync<int>(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString,
            "select coalesce((select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() order by random() limit 1), 0)");
        if (pid > 0)
        {
            Scratch.Do("sh", "-c", $"kill -9 {pid} || true");
        }
    }

    public bool HasExited => _process!.HasExited;

    public async ValueTask DisposeAsync()
    {
        if (!_process!.HasExited)
        {
            GoOn();
            // Immediate: what it wrote is of no more interest.
            Scratch.Do("kill", "-QUIT", _process.Id.ToString(CultureInfo.InvariantCulture));
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        if (_deleted)
        {
            await RunningProgram.DeleteAsync(_folder);
        }
    }

    private static Process Run(string program, params string[] arguments)
    {
        string[] become = Scratch.IsRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : [];
        string[] all = [.. become, Path.Combine(Programs, program), .. arguments];
        var process = Process.Start(new ProcessStartInfo(all[0], all[1..])
        {
            UseShellExecute = false, WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        // Read, so that it never waits for room in the pipe; its words are of no interest.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
