using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// Folder of the cluster of a data folder: <c>postgres/</c> inside it; or, if the service runs as root and PostgreSQL's user cannot enter
/// the data folder (under /root, say), a folder under <see cref="EmbeddedPostgresOptions.Elsewhere"/>, to which <c>postgres.location</c>
/// in the data folder points. The permissions of existing folders are never changed.
/// <para>
/// The pointer identifies the cluster, not the path: a moved data folder has the same ledger; a copied one is an error, since each of two
/// services on one cluster would stop the other's PostgreSQL as left behind; a deleted and recreated one gets a new ledger.
/// </para>
/// </summary>
internal sealed record ClusterHome
{
    private const string PointerName = "postgres.location";
    private const string BackReferenceName = "data-folder";

    private ClusterHome(string folder, OsAccount account) => (Folder, Account) = (folder, account);

    /// <summary>Path without symbolic links. Owned by the service's user; PostgreSQL's user may only pass through.</summary>
    public string Folder { get; }

    /// <summary>The account that runs PostgreSQL.</summary>
    public OsAccount Account { get; }

    /// <summary>PostgreSQL's data directory. It exists only when it is complete.</summary>
    public string Cluster => Path.Combine(Folder, "cluster");

    /// <summary>Data directory that initdb is filling; a kill leaves it incomplete.</summary>
    public string UnfinishedCluster => Path.Combine(Folder, "cluster.new");

    public string Logs => Path.Combine(Folder, "log");

    /// <summary>What PostgreSQL prints before its log collector runs.</summary>
    public string StartLog => Path.Combine(Logs, "start.log");

    public string Socket => Path.Combine(Folder, "socket");

    /// <summary>File with the build of PostgreSQL that made the cluster, for the error of another build.</summary>
    public string BuildNote => Path.Combine(Folder, "cluster.build");

    /// <summary>Folder of downloaded programs if the user has no cache folder.</summary>
    public string Programs => Path.Combine(Folder, "programs");

    public string ConfigFile => Path.Combine(Folder, "settings", "postgresql.conf");

    public string AuthenticationFile => Path.Combine(Folder, "settings", "pg_hba.conf");

    public string NamesFile => Path.Combine(Folder, "settings", "pg_ident.conf");

    public bool HasCluster => Directory.Exists(Cluster);

    /// <summary>The major version that wrote the cluster; null if there is no cluster.</summary>
    /// <exception cref="EmbeddedPostgresException">The folder exists and is not a cluster.</exception>
    public int? Major()
    {
        if (!HasCluster)
        {
            return null;
        }

        var file = Path.Combine(Cluster, "PG_VERSION");
        try
        {
            if (int.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var major))
            {
                return major;
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"{Cluster} is not a PostgreSQL data directory: {unreadable.Message} {Restore}", unreadable);
        }

        throw new EmbeddedPostgresException($"{Cluster} is not a PostgreSQL data directory: {file} does not name a version. {Restore}");
    }

    /// <summary>The version that wrote the cluster, for messages, with its build where that is known.</summary>
    public string Writer() =>
        File.Exists(BuildNote) ? $"PostgreSQL {Major()} ({File.ReadAllText(BuildNote).Trim()})" : $"PostgreSQL {Major()}";

    /// <summary>True where a data folder has, or had, a ledger. Makes nothing.</summary>
    public static bool IsBegun(string dataFolder) =>
        File.Exists(Path.Combine(dataFolder, PointerName)) || Directory.Exists(Path.Combine(dataFolder, "postgres", "cluster"));

    /// <summary>Finds the home of a data folder, or makes one.</summary>
    /// <param name="dataFolder">A path without symbolic links to an existing folder, whose lock the service holds.</param>
    /// <param name="elsewhere">Folder of the clusters of data folders that PostgreSQL's user cannot enter.</param>
    /// <param name="mayMakeUser">Whether to make the user that runs PostgreSQL for root if there is none.</param>
    /// <param name="print">Prints a line where the cluster is outside the data folder.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <exception cref="EmbeddedPostgresException">
    /// There was a ledger and it cannot be reached; a new one is never made in its place.
    /// </exception>
    public static async Task<ClusterHome> OfAsync(
        string dataFolder, string elsewhere, bool mayMakeUser, Action<string> print, CancellationToken cancel)
    {
        var inside = Path.Combine(dataFolder, "postgres");
        var pointer = Path.Combine(dataFolder, PointerName);
        string folder;
        OsAccount account;
        if (mayMakeUser)
        {
            await OsAccount.MakePostgresAsync(print, cancel);
        }

        if (File.Exists(pointer))
        {
            folder = Follow(pointer, dataFolder);
            account = await AccountOfAsync(folder, cancel);
        }
        else if (Directory.Exists(Path.Combine(inside, "cluster")))
        {
            folder = inside;
            account = await AccountOfAsync(folder, cancel);
        }
        else
        {
            account = await OsAccount.ForNewClusterAsync(cancel);
            folder = account.IsOwn || await account.CanEnterAsync(dataFolder, cancel)
                ? inside
                : await MakeElsewhereAsync(dataFolder, elsewhere, pointer, account, print, cancel);
        }

        Directory.CreateDirectory(folder, Permissions.OthersPass);
        var home = new ClusterHome(await OsAccount.RealPathAsync(folder, cancel), account);
        await home.PrepareAsync(cancel);
        return home;
    }

    /// <summary>The last 12 lines of PostgreSQL's log, for an error: enough for a FATAL with its context.</summary>
    public async Task<string> LogEndAsync()
    {
        // Read as PostgreSQL's user, which owns the folder, so that root follows no symbolic link in it.
        const string Newest = """
            cd "$1" || exit
            cat start.log
            newest=$(ls -t postgresql-*.log 2>/dev/null | head -n 1)
            [ -n "$newest" ] && [ ! start.log -nt "$newest" ] && tail -n 12 "$newest"
            """;
        var result = await Account.RunAsync("sh", ["-c", Newest, "sh", Logs], CancellationToken.None);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "(nothing)" : string.Join('\n', lines.TakeLast(12).Select(line => $"  {line}"));
    }

    /// <summary>Makes the missing folders. PostgreSQL's user gets only those of logs and socket; the service owns the home
    /// itself.</summary>
    private async Task PrepareAsync(CancellationToken cancel)
    {
        File.SetUnixFileMode(Folder, Account.IsOwn ? Permissions.OwnerOnly : Permissions.OthersPass);
        if (!await Account.CanEnterAsync(Folder, cancel))
        {
            throw new EmbeddedPostgresException(
                $"The database lives in {Folder}, but user {Account.Name}, who runs PostgreSQL, can no longer enter that folder. "
                + "Let that user pass through the folders above it (chmod o+x), or move the data folder to where that user can go.");
        }

        var settings = Path.GetDirectoryName(ConfigFile)!;
        Directory.CreateDirectory(settings);
        File.SetUnixFileMode(settings, Permissions.OthersRead);
        foreach (var folder in new[] { Logs, Socket }.Where(folder => !Directory.Exists(folder)))
        {
            Directory.CreateDirectory(folder, Permissions.OwnerOnly);
            await Account.OwnAsync(folder, cancel);
        }
    }

    private static async Task<OsAccount> AccountOfAsync(string folder, CancellationToken cancel)
    {
        var cluster = Path.Combine(folder, "cluster");
        return Directory.Exists(cluster)
            ? await OsAccount.ForClusterAsync(cluster, cancel)
            : await OsAccount.ForNewClusterAsync(cancel);
    }

    /// <summary>The folder that the pointer names.</summary>
    /// <exception cref="EmbeddedPostgresException">It is gone, or belongs to another data folder, of which this one is a copy.</exception>
    private static string Follow(string pointer, string dataFolder)
    {
        var folder = File.ReadAllText(pointer).Trim();
        if (!Directory.Exists(folder))
        {
            throw new EmbeddedPostgresException(
                $"The database of {dataFolder} was in {folder}, which is gone. Bring that folder back, "
                + $"or delete {pointer} to begin an empty ledger.");
        }

        var backReference = Path.Combine(folder, BackReferenceName);
        var from = File.Exists(backReference) ? File.ReadAllText(backReference).Trim() : "";
        if (from == dataFolder)
        {
            return folder;
        }

        var original = Path.Combine(from, PointerName);
        if (from.Length > 0 && File.Exists(original) && File.ReadAllText(original).Trim() == folder)
        {
            throw new EmbeddedPostgresException(
                $"{dataFolder} is a copy of {from}, whose database is in {folder}, and two services cannot share it. "
                + $"Delete {pointer} to begin an empty ledger here.");
        }

        File.WriteAllText(backReference, dataFolder);
        return folder;
    }

    private static async Task<string> MakeElsewhereAsync(
        string dataFolder, string elsewhere, string pointer, OsAccount account, Action<string> print, CancellationToken cancel)
    {
        if (!Directory.Exists(elsewhere))
        {
            Directory.CreateDirectory(elsewhere);
            File.SetUnixFileMode(elsewhere, Permissions.OthersRead);
        }

        // The names in it are predictable, so no other user may be able to write there before us.
        if (await OsAccount.OwnerAsync(elsewhere, cancel) != OsAccount.Own.Name
            || (File.GetUnixFileMode(elsewhere) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0
            || new DirectoryInfo(elsewhere).LinkTarget is not null)
        {
            throw new EmbeddedPostgresException(
                $"User {account.Name}, who is to run PostgreSQL, cannot enter {dataFolder}, and {elsewhere} is not safe for the database: "
                + $"others than {OsAccount.Own.Name} may write to it. Put that right (chown root {elsewhere}; chmod 755 {elsewhere}), "
                + "or choose a data folder that this user can enter with --data DIR.");
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)))[..16];
        var folder = Path.Combine(elsewhere, name);
        for (var again = 2; Directory.Exists(folder); again++)
        {
            // The data folder of this cluster was deleted with its pointer. It is another ledger, and is never deleted here.
            print($"{folder} holds the database of an earlier {dataFolder}. It is left alone.");
            folder = Path.Combine(elsewhere, $"{name}-{again.ToString(CultureInfo.InvariantCulture)}");
        }

        Directory.CreateDirectory(folder, Permissions.OthersPass);
        // The pointer is written last, so that it never names an incomplete folder; a kill before leaves an empty folder at worst.
        File.WriteAllText(Path.Combine(folder, BackReferenceName), dataFolder);
        File.WriteAllText(pointer + ".new", folder);
        File.Move(pointer + ".new", pointer, overwrite: true);
        print($"User {account.Name}, who runs PostgreSQL, cannot enter {dataFolder}: the database lives in {folder}.");
        return folder;
    }

    private const string Restore = "Restore it from a backup, or choose another data folder with --data DIR.";
}
