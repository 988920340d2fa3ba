using System.Runtime.InteropServices;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// Cache of downloaded PostgreSQL programs, shared by all data folders of this user: one folder per version. A folder is filled under a
/// temporary name and renamed when its programs have run. This guarantees that a cached version is complete, also with concurrent
/// downloads.
/// </summary>
internal sealed record ProgramCache(string Folder)
{
    /// <summary>Prefix of the temporary names.</summary>
    private const string Unfinished = ".new-";

    /// <summary>Age from which a temporary folder was left behind by a kill: a download takes minutes at most.</summary>
    private static readonly TimeSpan LeftBehindAfter = TimeSpan.FromDays(1);

    /// <summary>
    /// The user's cache folder; for root one of the system's, since the user that runs PostgreSQL cannot enter root's home. Null for a user
    /// without a home.
    /// </summary>
    public static string? OfThisUser() =>
        OsAccount.OwnIsRoot ? "/var/cache/ledger"
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches ? Path.Combine(caches, "ledger")
        : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home && Directory.Exists(home)
            ? Path.Combine(home, ".cache", "ledger")
        : null;

    /// <summary>Makes the folder if it is missing; false if this user cannot make it or write there.</summary>
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

    /// <summary>The <c>bin</c> folder of each cached version.</summary>
    public IEnumerable<string> BinFolders() =>
        Directory.Exists(Folder)
            ? Directory.EnumerateDirectories(Folder)
                .Where(f => !Path.GetFileName(f).StartsWith(Unfinished, StringComparison.Ordinal))
                .Select(f => Path.Combine(f, "bin"))
            : [];

    /// <summary>Adds the programs of <see cref="Downloads.Version"/>, after <see cref="Prepare"/>.</summary>
    /// <param name="account">The account that will run them.</param>
    /// <param name="unpack">Fills a folder, and returns the one in it that has <c>bin</c>, <c>lib</c> and <c>share</c>.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <exception cref="IOException">They do not run on this machine.</exception>
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
            // Overrides umask and archive: for root another user runs them.
            await OsAccount.Own.RunAsync("chmod", ["-R", "a+rX,go-w", work], cancel);
            if (await PostgresPrograms.InAsync(Path.Combine(unpacked, "bin"), account, cancel) is null)
            {
                throw new IOException($"the downloaded programs do not run on this machine as user {account.Name}");
            }

            var cached = Path.Combine(Folder, $"postgres-{Downloads.Version}-{RuntimeInformation.RuntimeIdentifier}");
            var bin = Path.Combine(cached, "bin");
            if (await PostgresPrograms.InAsync(bin, account, cancel) is { } concurrent)
            {
                return concurrent;
            }

            if (Directory.Exists(cached))
            {
                Directory.Delete(cached, recursive: true);
            }

            Directory.Move(unpacked, cached);
            return await PostgresPrograms.InAsync(bin, account, cancel)
                ?? throw new IOException($"user {account.Name} cannot run what is in {cached}");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(Folder, Unfinished + Path.GetRandomFileName())).FullName;
}
