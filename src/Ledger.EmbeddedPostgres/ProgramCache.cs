using System.Runtime.InteropServices;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// Where downloaded programs of PostgreSQL are kept, for every ledger of this user: a folder a version. A folder is filled under another
/// name and renamed when its programs have run, so that what is there is whole, and two that download at a time do no harm.
/// </summary>
internal sealed record ProgramCache(string Folder)
{
    /// <summary>How the names of folders begin that are being filled.</summary>
    private const string Unfinished = ".new-";

    /// <summary>A download takes minutes at most: what is older was left behind by a kill.</summary>
    private static readonly TimeSpan LeftBehindAfter = TimeSpan.FromDays(1);

    /// <summary>
    /// The user's cache folder; for root one of the system's, since the user that runs PostgreSQL cannot enter root's own. Null for a user
    /// without a home.
    /// </summary>
    public static string? OfThisUser() =>
        OsAccount.OwnIsRoot ? "/var/cache/ledger"
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches ? Path.Combine(caches, "ledger")
        : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home && Directory.Exists(home)
            ? Path.Combine(home, ".cache", "ledger")
        : null;

    /// <summary>Makes the folder if it is missing; false if this user cannot, or may not write there.</summary>
    public bool Prepare()
    {
        try
        {
            if (!Directory.Exists(Folder))
            {
                Directory.CreateDirectory(Folder, Permissions.OthersRead);
                File.SetUnixFileMode(Folder, Permissions.OthersRead);
            }

            Directory.Delete(NewFolder());
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Where the programs of each version are.</summary>
    public IEnumerable<string> BinFolders() =>
        Directory.Exists(Folder)
            ? Directory.EnumerateDirectories(Folder)
                .Where(f => !Path.GetFileName(f).StartsWith(Unfinished, StringComparison.Ordinal))
                .Select(f => Path.Combine(f, "bin"))
            : [];

    /// <summary>Adds the programs of <see cref="Downloads.Version"/> to a folder that is prepared.</summary>
    /// <param name="account">Who is to run them.</param>
    /// <param name="unpack">Fills a folder, and returns the one in it that has <c>bin</c>, <c>lib</c> and <c>share</c>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">They do not run here.</exception>
    public async Task<PostgresPrograms> AddAsync(OsAccount account, Func<string, Task<string>> unpack, CancellationToken cancel)
    {
        var work = NewFolder();
        foreach (var left in Directory.EnumerateDirectories(Folder, Unfinished + "*"))
        {
            if (Directory.GetLastWriteTimeUtc(work) - Directory.GetLastWriteTimeUtc(left) > LeftBehindAfter)
            {
                Directory.Delete(left, recursive: true);
            }
        }

        try
        {
            var unpacked = await unpack(work);
            // Whatever the umask and the archive say: another user runs them for root.
            await OsAccount.Own.RunAsync("chmod", ["-R", "a+rX,go-w", work], cancel);
            if (await PostgresPrograms.InAsync(Path.Combine(unpacked, "bin"), account, cancel) is null)
            {
                throw new IOException($"the downloaded programs do not run on this machine as user {account.Name}");
            }

            var kept = Path.Combine(Folder, $"postgres-{Downloads.Version}-{RuntimeInformation.RuntimeIdentifier}");
            var bin = Path.Combine(kept, "bin");
            if (await PostgresPrograms.InAsync(bin, account, cancel) is { } meanwhile)
            {
                return meanwhile;
            }

            if (Directory.Exists(kept))
            {
                Directory.Delete(kept, recursive: true);
            }

            Directory.Move(unpacked, kept);
            return await PostgresPrograms.InAsync(bin, account, cancel)
                ?? throw new IOException($"user {account.Name} cannot run what is in {kept}");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(Folder, Unfinished + Path.GetRandomFileName())).FullName;
}
