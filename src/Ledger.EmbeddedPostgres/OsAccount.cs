using System.Diagnostics;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// The user of the operating system that PostgreSQL runs as. It is the service's own, except for root: PostgreSQL refuses to run as
/// root, so root's service runs it as the user <c>postgres</c>, or as whoever owns the cluster already.
/// </summary>
/// <param name="Name">For messages and for PostgreSQL.</param>
/// <param name="Uid">The user's number, empty for the service's own user, which programs run as anyway.</param>
/// <param name="Gid">The number of the user's primary group.</param>
internal sealed record OsAccount(string Name, string Uid = "", string Gid = "")
{
    private const string Root = "0";

    /// <summary>The short programs that are run here answer in milliseconds; this only bounds a machine in distress.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    public static OsAccount Own { get; } = new(Environment.UserName);

    public static bool OwnIsRoot => Environment.IsPrivilegedProcess;

    public bool IsOwn => Uid.Length == 0;

    /// <summary>Who is to run a cluster that does not exist yet.</summary>
    /// <exception cref="EmbeddedPostgresException">Root, and there is no user <c>postgres</c>.</exception>
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

        // Not `nobody`: whatever else runs as nobody could then read and write the ledger.
        throw new EmbeddedPostgresException(
            "PostgreSQL refuses to run as root, and there is no user \"postgres\" to run it as. Install PostgreSQL, which brings that user "
            + "(Debian, Ubuntu: apt-get install postgresql), create one (useradd --system --user-group --shell /usr/sbin/nologin "
            + "postgres), or start the service as another user. "
            + EmbeddedPostgresException.OrConnect);
    }

    /// <summary>Makes the user <c>postgres</c> for root, where there is none, as Debian's package would, which then takes it.</summary>
    /// <exception cref="IOException">useradd refused.</exception>
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

    /// <summary>Who is to run a cluster that exists: PostgreSQL insists on its owner.</summary>
    /// <exception cref="EmbeddedPostgresException">It belongs to someone that this service cannot become.</exception>
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

    /// <summary>The name of the user who owns a file or folder; of a link itself, not of what it leads to.</summary>
    public static async Task<string> OwnerAsync(string path, CancellationToken cancel) =>
        // GNU's and BusyBox's stat agree; macOS has another one.
        (await RequireAsync(
            $"Cannot see who owns {path}", "stat", OperatingSystem.IsMacOS() ? ["-f", "%Su", path] : ["-c", "%U", path], cancel)).Trim();

    /// <summary>The path of a folder without symbolic links, as /proc shows it.</summary>
    public static async Task<string> RealPathAsync(string folder, CancellationToken cancel) =>
        (await RequireAsync($"Cannot resolve {folder}", "sh", ["-c", "cd -- \"$1\" && pwd -P", "sh", folder], cancel))[..^1];

    /// <summary>Sends a signal, by name; a process that is gone by then does not matter.</summary>
    public static Task SignalAsync(int process, string signal) =>
        Own.RunAsync("sh", ["-c", "kill -s \"$1\" \"$2\"", "sh", signal, $"{process}"], CancellationToken.None);

    /// <summary>Makes this user the owner of a file or folder; nothing to do for the service's own, who made it.</summary>
    public Task OwnAsync(string path, CancellationToken cancel) =>
        IsOwn ? Task.CompletedTask : RequireAsync($"Cannot give {path} to user {Name}", "chown", ["-h", $"{Uid}:{Gid}", path], cancel);

    /// <summary>Whether this user can go into a folder: the kernel decides, since modes do not tell all (ACLs, mounts).</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancel) =>
        (await RunAsync("sh", ["-c", "cd -- \"$1\"", "sh", folder], cancel)).ExitCode == 0;

    /// <summary>Runs a program as this user that ends by itself soon.</summary>
    public Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel) =>
        ProgramResult.OfAsync(Command(program, arguments), AnswerWithin, kill: true, cancel);

    /// <summary>How to start a program as this user.</summary>
    public ProcessStartInfo Command(string program, IEnumerable<string> arguments)
    {
        string[] become = IsOwn ? [] : ["setpriv", $"--reuid={Uid}", $"--regid={Gid}", "--clear-groups", "--inh-caps=-all", "--"];
        string[] all = [.. become, program, .. arguments];
        // Not the caller's working folder, which PostgreSQL's user may be unable to see.
        var start = new ProcessStartInfo(all[0], all[1..]) { WorkingDirectory = "/", RedirectStandardInput = true };
        // Nothing of the service's environment: it may hold secrets, and PGDATA or PGOPTIONS would change what PostgreSQL does.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : "/usr/bin:/bin";
        start.Environment["HOME"] = "/";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        // An own build of PostgreSQL may need it to find its libraries.
        if (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") is { Length: > 0 } libraries)
        {
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        }

        return start;
    }

    private static async Task<OsAccount?> FindAsync(string name, CancellationToken cancel)
    {
        var answer = await Own.RunAsync("sh", ["-c", "id -u -- \"$1\" && id -g -- \"$1\"", "sh", name], cancel);
        return answer.ExitCode == 0 && answer.Output.Split('\n') is [var uid, var gid, ""] ? new OsAccount(name, uid, gid) : null;
    }

    /// <summary>Some containers keep root from becoming anyone else; better said now than as a riddle later.</summary>
    private static async Task<OsAccount> CheckedAsync(OsAccount account, CancellationToken cancel)
    {
        var answer = await account.RunAsync("true", [], cancel);
        return answer.ExitCode == 0
            ? account
            : throw new EmbeddedPostgresException(
                $"PostgreSQL refuses to run as root, and setpriv (package util-linux) could not start it as user {account.Name}: "
                + $"{answer.Errors.Trim()}. Install util-linux, or start the service as a user who is not root. "
                + EmbeddedPostgresException.OrConnect);
    }

    /// <summary>What a program prints as the service's own user.</summary>
    /// <exception cref="IOException">It failed: <paramref name="otherwise"/>, and its own words.</exception>
    private static async Task<string> RequireAsync(string otherwise, string program, string[] arguments, CancellationToken cancel)
    {
        var answer = await Own.RunAsync(program, arguments, cancel);
        return answer.ExitCode == 0 ? answer.Output : throw new IOException($"{otherwise}: {answer.Errors.Trim()}");
    }
}
