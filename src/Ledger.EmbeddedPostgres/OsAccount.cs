using System.Diagnostics;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// The user of the operating system that runs PostgreSQL: the service's own, except for root. PostgreSQL refuses to run as root, so a
/// service of root runs it as the user <c>postgres</c>, or as the owner of an existing cluster.
/// </summary>
/// <param name="Name">The user's name.</param>
/// <param name="Uid">The user's id; empty for the service's own user, for which nothing is switched.</param>
/// <param name="Gid">Id of the user's primary group.</param>
internal sealed record OsAccount(string Name, string Uid = "", string Gid = "")
{
    private const string Root = "0";

    /// <summary>Time-out of the short programs that are run here. They take milliseconds; it bounds them on an overloaded
    /// machine.</summary>
    private static readonly TimeSpan RunTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The service's own user.</summary>
    public static OsAccount Own { get; } = new(Environment.UserName);

    /// <summary>True where the service runs as root.</summary>
    public static bool OwnIsRoot => Environment.IsPrivilegedProcess;

    /// <summary>True for the service's own user.</summary>
    public bool IsOwn => Uid.Length == 0;

    /// <summary>The account for a cluster that does not exist yet.</summary>
    /// <exception cref="EmbeddedPostgresException">The service runs as root, and there is no user <c>postgres</c>.</exception>
    public static async Task<OsAccount> ForNewClusterAsync(CancellationToken cancel)
    {
        if (!OwnIsRoot)
        {
            return Own;
        }

        if (await FindAsync("postgres", cancel) is { Uid: not Root } postgres)
        {
            return await CheckedAsync(postgres, cancel);
        }

        // Not `nobody`: other programs that run as nobody could then read and write the ledger.
        throw new EmbeddedPostgresException(
            "PostgreSQL refuses to run as root, and there is no user \"postgres\" to run it as. Install PostgreSQL, which brings that user "
            + "(Debian, Ubuntu: apt-get install postgresql), create one (useradd --system --user-group --shell /usr/sbin/nologin "
            + "postgres), or start the service as another user. "
            + EmbeddedPostgresException.OrConnect);
    }

    /// <summary>Makes the user <c>postgres</c> where the service runs as root and there is none, as Debian's package does, which uses an
    /// existing one.</summary>
    /// <exception cref="IOException">useradd failed.</exception>
    public static async Task MakePostgresAsync(Action<string> print, CancellationToken cancel)
    {
        if (!OwnIsRoot || await FindAsync("postgres", cancel) is not null)
        {
            return;
        }

        print("PostgreSQL refuses to run as root: making a user \"postgres\" for it.");
        await RequireAsync(
            "useradd could not make the user \"postgres\"", "useradd",
            ["--system", "--user-group", "--home-dir", "/var/lib/postgresql", "--no-create-home", "--shell", "/bin/sh", "postgres"],
            cancel);
    }

    /// <summary>The account for an existing cluster: its owner, as PostgreSQL requires.</summary>
    /// <exception cref="EmbeddedPostgresException">The owner is a user to which the service cannot switch.</exception>
    public static async Task<OsAccount> ForClusterAsync(string clusterFolder, CancellationToken cancel)
    {
        var owner = await OwnerAsync(clusterFolder, cancel);
        if (!OwnIsRoot)
        {
            return owner == Own.Name
                ? Own
                : throw new EmbeddedPostgresException(
                    $"The database in {clusterFolder} belongs to user {owner}, but the service runs as {Own.Name}. "
                    + "Start the service as that user or as root, or choose another folder with --data DIR. "
                    + EmbeddedPostgresException.OrConnect);
        }

        return await FindAsync(owner, cancel) is { Uid: not Root } account
            ? await CheckedAsync(account, cancel)
            : throw new EmbeddedPostgresException(
                $"The database in {clusterFolder} belongs to user {owner}, as whom PostgreSQL cannot run. "
                + $"Give it to its user again: chown -R postgres {clusterFolder}.");
    }

    /// <summary>Name of the owner of a file or folder; of a symbolic link itself, not of its target.</summary>
    public static async Task<string> OwnerAsync(string path, CancellationToken cancel) =>
        // stat has the same options in GNU and BusyBox, others on macOS.
        (await RequireAsync(
            $"Cannot see who owns {path}", "stat", OperatingSystem.IsMacOS() ? ["-f", "%Su", path] : ["-c", "%U", path], cancel)).Trim();

    /// <summary>The path of a folder without symbolic links, as /proc shows it.</summary>
    public static async Task<string> RealPathAsync(string folder, CancellationToken cancel) =>
        (await RequireAsync($"Cannot resolve {folder}", "sh", ["-c", "cd -- \"$1\" && pwd -P", "sh", folder], cancel))[..^1];

    /// <summary>Sends a signal, by name. No error if the process has ended.</summary>
    public static Task SignalAsync(int process, string signal) =>
        Own.RunAsync("sh", ["-c", "kill -s \"$1\" \"$2\"", "sh", signal, $"{process}"], CancellationToken.None);

    /// <summary>Makes this user the owner of a file or folder; no operation for the service's own user.</summary>
    public Task OwnAsync(string path, CancellationToken cancel) =>
        IsOwn ? Task.CompletedTask : RequireAsync($"Cannot give {path} to user {Name}", "chown", ["-h", $"{Uid}:{Gid}", path], cancel);

    /// <summary>True where this user can enter a folder, as the kernel decides: modes alone do not show ACLs and mounts.</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancel) =>
        (await RunAsync("sh", ["-c", "cd -- \"$1\"", "sh", folder], cancel)).ExitCode == 0;

    /// <summary>Runs a short program as this user, to its end.</summary>
    public Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel) =>
        ProgramResult.OfAsync(Command(program, arguments), RunTimeout, kill: true, cancel);

    /// <summary>Start information of a program that runs as this user.</summary>
    public ProcessStartInfo Command(string program, IEnumerable<string> arguments)
    {
        string[] become = IsOwn ? [] : ["setpriv", $"--reuid={Uid}", $"--regid={Gid}", "--clear-groups", "--inh-caps=-all", "--"];
        string[] all = [.. become, program, .. arguments];
        // Not the caller's working folder, which PostgreSQL's user may not be able to read.
        var start = new ProcessStartInfo(all[0], all[1..]) { WorkingDirectory = "/", RedirectStandardInput = true };
        // The service's environment is not inherited: it may contain secrets, and PGDATA or PGOPTIONS would change PostgreSQL's behaviour.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : "/usr/bin:/bin";
        start.Environment["HOME"] = "/";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        // A custom build of PostgreSQL may need it to find its libraries.
        if (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") is { Length: > 0 } libraries)
        {
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        }

        return start;
    }

    private static async Task<OsAccount?> FindAsync(string name, CancellationToken cancel)
    {
        var result = await Own.RunAsync("sh", ["-c", "id -u -- \"$1\" && id -g -- \"$1\"", "sh", name], cancel);
        return result.ExitCode == 0 && result.Output.Split('\n') is [var uid, var gid, ""] ? new OsAccount(name, uid, gid) : null;
    }

    /// <summary>Checks that the service can switch to an account, which some containers prevent, and returns it.</summary>
    private static async Task<OsAccount> CheckedAsync(OsAccount account, CancellationToken cancel)
    {
        var result = await account.RunAsync("true", [], cancel);
        return result.ExitCode == 0
            ? account
            : throw new EmbeddedPostgresException(
                $"PostgreSQL refuses to run as root, and setpriv (package util-linux) could not start it as user {account.Name}: "
                + $"{result.Errors.Trim()}. Install util-linux, or start the service as a user who is not root. "
                + EmbeddedPostgresException.OrConnect);
    }

    /// <summary>The output of a program that runs as the service's own user.</summary>
    /// <exception cref="IOException">It failed; the message is <paramref name="failure"/> and its error output.</exception>
    private static async Task<string> RequireAsync(string failure, string program, string[] arguments, CancellationToken cancel)
    {
        var result = await Own.RunAsync(program, arguments, cancel);
        return result.ExitCode == 0 ? result.Output : throw new IOException($"{failure}: {result.Errors.Trim()}");
    }
}
