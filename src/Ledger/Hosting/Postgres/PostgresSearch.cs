using System.Globalization;
using MysticMind.PostgresEmbed;

namespace Ledger.Hosting.Postgres;

/// <summary>Where PostgreSQL's programs are looked for, and where they are fetched from when there are none.</summary>
/// <param name="BinFolders">Folders that may hold <c>postgres</c> and <c>initdb</c>; missing ones are passed over.</param>
/// <param name="FetchFrom">The Maven repository with the programs; MysticMind.PostgresEmbed's own unless told.</param>
public sealed record PostgresSearch(IReadOnlyList<string> BinFolders, Uri? FetchFrom = null)
{
    /// <summary>The oldest major version that the community still looked after when this was written.</summary>
    private const int Oldest = 14;

    /// <summary>The major version that is fetched for a new ledger.</summary>
    private const int Fetched = 17;

    /// <summary>A download is about 10 MB.</summary>
    private static readonly TimeSpan FetchWithin = TimeSpan.FromMinutes(5);

    private const string HowToInstall =
        "Debian, Ubuntu: apt-get install postgresql. Fedora, RHEL: dnf install postgresql-server. macOS: brew install postgresql@17.";

    /// <summary>PATH, <c>pg_config</c>, and where Debian, Red Hat, PostgreSQL's own packages and Homebrew put them.</summary>
    public static async Task<PostgresSearch> OfThisMachineAsync(CancellationToken cancel)
    {
        List<string> folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathRooted)];
        var config = await OsAccount.Own.RunAsync("pg_config", ["--bindir"], cancel);
        if (config.ExitCode == 0)
            folders.Add(config.Output.Trim());
        folders.AddRange(Versions("/usr/lib/postgresql", "*", "bin"));
        folders.AddRange(Versions("/usr/lib64/pgsql", "*", "bin"));
        folders.AddRange(Versions("/usr", "pgsql-*", "bin"));
        folders.AddRange(Versions("/usr/libexec", "postgresql*", "")); // Alpine
        folders.AddRange(Versions("/opt/homebrew/opt", "postgresql@*", "bin"));
        folders.AddRange(Versions("/usr/local/opt", "postgresql@*", "bin"));
        folders.AddRange(Versions("/Applications/Postgres.app/Contents/Versions", "*", "bin"));
        folders.Add("/usr/local/pgsql/bin");
        return new PostgresSearch(folders);

        static IEnumerable<string> Versions(string parent, string pattern, string below) =>
            Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, pattern).Select(f => Path.Combine(f, below)) : [];
    }

    /// <summary>The newest installation that can read the home's cluster; for a new one, the newest.</summary>
    /// <exception cref="EmbeddedPostgresException">None is installed and none can be fetched, or none fits the cluster.</exception>
    internal async Task<PostgresPrograms> ForAsync(ClusterHome home, Action<string> say, CancellationToken cancel)
    {
        var needed = home.Major();
        var installed = await InstalledAsync(home, cancel);
        if (installed.Where(p => needed is null ? p.Major >= Oldest : p.Major == needed).MaxBy(p => (p.Major, Minor(p))) is { } best)
            return best;
        if (installed.Count == 0 && !OsAccount.OwnIsRoot)
            return await FetchAsync(home, needed ?? Fetched, say, cancel);
        var found = string.Join(", ", installed.Select(p => $"{p.Version} in {p.BinFolder}"));
        if (installed.Count == 0)
            throw new EmbeddedPostgresException(
                $"No PostgreSQL is installed on this machine. Install one and start again. {HowToInstall} "
                + EmbeddedPostgresException.OrConnect);
        if (needed is null)
            throw new EmbeddedPostgresException(
                $"PostgreSQL {Oldest} or newer is needed; found: {found}. Install a newer one and start again. {HowToInstall} "
                + EmbeddedPostgresException.OrConnect);
        throw new EmbeddedPostgresException(
            $"The database in {home.Cluster} was written by PostgreSQL {needed}, and only that major version can read it; found: {found}. "
            + $"Install it beside the others (Debian, Ubuntu: apt-get install postgresql-{needed}; Fedora, RHEL: dnf install "
            + $"postgresql{needed}-server; macOS: brew install postgresql@{needed}), or convert the data with pg_upgrade, or choose "
            + "another data folder with --data DIR. " + EmbeddedPostgresException.OrConnect);
    }

    private async Task<List<PostgresPrograms>> InstalledAsync(ClusterHome home, CancellationToken cancel)
    {
        // Links in /usr/local/bin and the like lead to folders that are listed as well.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var installed = new List<PostgresPrograms>();
        foreach (var folder in BinFolders.Concat(FetchedFolders(home)))
        {
            var program = Path.Combine(folder, "postgres");
            if (File.Exists(program)
                && seen.Add(Native.RealPath(program))
                && await PostgresPrograms.InAsync(folder, home.Account, cancel) is { } programs)
                installed.Add(programs);
        }
        return installed;
    }

    private static IEnumerable<string> FetchedFolders(ClusterHome home) =>
        Directory.Exists(home.Fetched)
            ? Directory.EnumerateFiles(home.Fetched, "initdb", SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!)
            : [];

    /// <summary>
    /// Only the programs are taken from MysticMind.PostgresEmbed: it would run them with fsync off, without passwords on TCP, and not stop
    /// them when it is killed. That a refused download is told is tested; that a fetched PostgreSQL runs is not.
    /// </summary>
    private async Task<PostgresPrograms> FetchAsync(ClusterHome home, int major, Action<string> say, CancellationToken cancel)
    {
        say($"No PostgreSQL is installed: fetching version {major.ToString(CultureInfo.InvariantCulture)} into {home.Fetched}.");
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        within.CancelAfter(FetchWithin);
        Exception? refused = null;
        try
        {
            var options = new PgServerOptions
            {
                PgVersion = major.ToString(CultureInfo.InvariantCulture),
                DbDir = home.Folder,
                BinariesDir = home.Fetched,
                DownloadRetryCount = 1,
            };
            if (FetchFrom is not null)
                options = options with { MavenRepo = FetchFrom.ToString().TrimEnd('/') };
            await using var server = new PgServer(options);
            await server.InstallAsync(within.Token);
            if (await PostgresPrograms.InAsync(Path.Combine(server.InstallDir, "bin"), home.Account, cancel) is { } programs)
                return programs;
        }
#pragma warning disable CA1031 // Whatever a download fails of, the way out is the same.
        catch (Exception failed) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            refused = failed;
        }
        var why = refused is null ? "the fetched programs do not run on this machine"
            : refused is OperationCanceledException ? $"the download took longer than {FetchWithin.TotalMinutes:0} minutes"
            : string.Join(": ", Reasons(refused).Select(r => r.TrimEnd('.')).Distinct());
        throw new EmbeddedPostgresException(
            $"No PostgreSQL is installed on this machine, and none could be fetched ({why}). Install one and start again. {HowToInstall} "
            + EmbeddedPostgresException.OrConnect,
            refused ?? new InvalidOperationException(why));
    }

    private static IEnumerable<string> Reasons(Exception? refused)
    {
        for (; refused is not null; refused = refused.InnerException)
            yield return refused.Message;
    }

    /// <summary>The minor version as a number; 0 for a beta, which any release outdoes.</summary>
    private static int Minor(PostgresPrograms programs) =>
        int.TryParse(programs.Version.Split('.').ElementAtOrDefault(1), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? minor
            : 0;
}
