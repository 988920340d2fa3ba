using System.Diagnostics;
using System.Globalization;

namespace Ledger.Hosting.Postgres;

/// <summary>
/// The user of the operating system that PostgreSQL runs as. It is the service's own, except for root: PostgreSQL refuses to run as
/// root, so root's service runs it as the user <c>postgres</c>, or as whoever owns the cluster already.
/// </summary>
internal sealed record OsAccount(uint Uid, uint Gid, string Name)
{
    private const uint Root = 0;

    /// <summary>The short programs that are asked here answer in milliseconds; this only bounds a machine in distress.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    public static OsAccount Own { get; } = new(Native.EffectiveUser, Native.EffectiveGroup, Environment.UserName);

    public static bool OwnIsRoot => Own.Uid == Root;

    /// <summary>Who is to run a cluster that does not exist yet.</summary>
    /// <exception cref="EmbeddedPostgresException">Root, and there is no user <c>postgres</c>.</exception>
    public static async Task<OsAccount> ForNewClusterAsync(CancellationToken cancel)
    {
        if (!OwnIsRoot)
            return Own;
        if (await FindAsync("postgres", cancel) is { Uid: not Root } postgres)
            return await TriedAsync(postgres, cancel);
        // Not `nobody`: whatever else runs as nobody could then read and write the ledger.
        throw new EmbeddedPostgresException(
            "PostgreSQL refuses to run as root, and there is no user \"postgres\" to run it as. Install PostgreSQL, which brings that user "
            + "(Debian, Ubuntu: apt-get install postgresql), create one (useradd --system --user-group --shell /usr/sbin/nologin "
            + "postgres), or start the service as another user. "
            + EmbeddedPostgresException.OrConnect);
    }

    /// <summary>Makes the user <c>postgres</c> for root, where there is none, as Debian's package would, which then takes it.</summary>
    /// <exception cref="IOException">useradd refused.</exception>
    public static async Task MakePostgresAsync(Action<string> say, CancellationToken cancel)
    {
        if (!OwnIsRoot || await FindAsync("postgres", cancel) is not null)
            return;
        say("PostgreSQL refuses to run as root: making a user \"postgres\" for it.");
        var answer = await Own.RunAsync(
            "useradd",
            ["--system", "--user-group", "--home-dir", "/var/lib/postgresql", "--no-create-home", "--shell", "/bin/sh", "postgres"],
            cancel);
        if (answer.ExitCode != 0)
            throw new IOException($"useradd could not make the user \"postgres\": {answer.Errors.Trim()}");
    }

    /// <summary>Who is to run a cluster that exists: the one who owns it, and nobody else, says PostgreSQL.</summary>
    /// <exception cref="EmbeddedPostgresException">It belongs to someone that this service cannot become.</exception>
    public static async Task<OsAccount> ForClusterAsync(string clusterFolder, CancellationToken cancel)
    {
        var owner = (await StatusAsync(clusterFolder, cancel)).Uid;
        if (owner == Own.Uid && !OwnIsRoot)
            return Own;
        var text = owner.ToString(CultureInfo.InvariantCulture);
        var account = await FindAsync(text, cancel);
        if (!OwnIsRoot)
            throw new EmbeddedPostgresException(
                $"The database in {clusterFolder} belongs to user {account?.Name ?? text}, but the service runs as {Own.Name}. "
                + "Start the service as that user or as root, or choose another folder with --data DIR. "
                + EmbeddedPostgresException.OrConnect);
        if (account is null or { Uid: Root })
            throw new EmbeddedPostgresException(
                $"The database in {clusterFolder} belongs to "
                + $"{(owner == Root ? "root" : $"user number {text}, who is not in /etc/passwd")}, "
                + $"and PostgreSQL cannot run so. Give it to its user again: chown -R postgres {clusterFolder}.");
        return await TriedAsync(account, cancel);
    }

    /// <summary>Owner and permission bits of a file or folder, not following a link.</summary>
    public static async Task<(uint Uid, UnixFileMode Mode)> StatusAsync(string path, CancellationToken cancel)
    {
        // GNU's and BusyBox's stat agree; macOS has another one.
        string[] arguments = OperatingSystem.IsMacOS() ? ["-f", "%u", path] : ["-c", "%u", path];
        var answer = await Own.RunAsync("stat", arguments, cancel);
        return uint.TryParse(answer.Output.Trim(), CultureInfo.InvariantCulture, out var uid)
            ? (uid, Native.ModeOf(path))
            : throw new IOException($"Cannot see who owns {path}: {answer.Errors.Trim()}");
    }

    public bool IsOwn => Uid == Own.Uid;

    /// <summary>Whether this user can go into a folder: asked of the kernel, since modes do not tell all (ACLs, mounts).</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancel) =>
        (await RunAsync("sh", ["-c", "cd \"$1\"", "sh", folder], cancel)).ExitCode == 0;

    /// <summary>How to start a program as this user.</summary>
    public ProcessStartInfo Command(string program, IEnumerable<string> arguments)
    {
        // Not the caller's working folder, which PostgreSQL's user may be unable to see.
        var start = new ProcessStartInfo { WorkingDirectory = "/", UseShellExecute = false, RedirectStandardInput = true };
        string[] become = IsOwn
            ? []
            : ["setpriv", $"--reuid={Text(Uid)}", $"--regid={Text(Gid)}", "--clear-groups", "--inh-caps=-all", "--"];
        string[] all = [.. become, program, .. arguments];
        start.FileName = all[0];
        foreach (var argument in all[1..])
            start.ArgumentList.Add(argument);
        // Nothing of the service's environment: it may hold secrets, and PGDATA or PGOPTIONS would change what PostgreSQL does.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : "/usr/bin:/bin";
        start.Environment["HOME"] = "/";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        // An own build of PostgreSQL may need it to find its libraries.
        if (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") is { Length: > 0 } libraries)
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        return start;

        static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a program that ends by itself soon; a program that is not there is exit code 127, as in a shell.</summary>
    public async Task<Answer> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        var start = Command(program, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        within.CancelAfter(AnswerWithin);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return new Answer(127, "", missing.Message);
        }
        using (process)
        {
            process.StandardInput.Close();
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(within.Token);
                var errors = process.StandardError.ReadToEndAsync(within.Token);
                var answer = (Output: await output, Errors: await errors);
                await process.WaitForExitAsync(within.Token);
                return new Answer(process.ExitCode, answer.Output, answer.Errors);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                process.Kill();
                return new Answer(124, "", $"{program} did not end within {AnswerWithin.TotalSeconds:0} s");
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }
        }
    }

    internal sealed record Answer(int ExitCode, string Output, string Errors);

    private static async Task<OsAccount?> FindAsync(string nameOrNumber, CancellationToken cancel)
    {
        var answer = await Own.RunAsync("sh", ["-c", "id -u -- \"$1\" && id -g -- \"$1\" && id -un -- \"$1\"", "sh", nameOrNumber], cancel);
        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return answer.ExitCode == 0 && lines.Length == 3
            ? new OsAccount(Number(lines[0]), Number(lines[1]), lines[2])
            : null;

        static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Some containers keep root from becoming anyone else; better said now than as a riddle later.</summary>
    private static async Task<OsAccount> TriedAsync(OsAccount account, CancellationToken cancel)
    {
        var answer = await account.RunAsync("true", [], cancel);
        return answer.ExitCode == 0
            ? account
            : throw new EmbeddedPostgresException(
                $"PostgreSQL refuses to run as root, and setpriv (package util-linux) could not start it as user {account.Name}: "
                + $"{answer.Errors.Trim()}. Install util-linux, or start the service as a user who is not root. "
                + EmbeddedPostgresException.OrConnect);
    }
}
