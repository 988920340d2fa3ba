using System.Globalization;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// The lock on a data folder: flock on <c>service.lock</c>, held by the service for its life. The kernel releases it however the service
/// ends. It guarantees one service per data folder.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = "service.lock";

    /// <summary>File with the holder's process id, for messages; beside the lock, since a locked file cannot be read.</summary>
    private const string ProcessIdName = "service.pid";

    private const string ConnectionName = "service.connection";

    private readonly FileStream _held;
    private readonly string _dataFolder;

    private FolderLock(FileStream held, string dataFolder) => (_held, _dataFolder) = (held, dataFolder);

    /// <summary>Takes the lock.</summary>
    /// <exception cref="EmbeddedPostgresException">Another service holds it, or the folder cannot be written to.</exception>
    public static FolderLock Take(string dataFolder)
    {
        FileStream held;
        try
        {
            Directory.CreateDirectory(dataFolder);
            held = new FileStream(Path.Combine(dataFolder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (IsHeldByAnother(taken))
        {
            throw new EmbeddedPostgresException(
                $"The data folder {dataFolder} is already used by {Holder(dataFolder)}. Stop it first, or give this service a folder "
                + "of its own with --data DIR.",
                taken);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"The service runs as {OsAccount.Own.Name} and cannot write to its data folder {dataFolder} "
                + $"({refused.Message.TrimEnd('.')}). Choose a folder that this user may write to with --data DIR, or hand this one over: "
                + $"chown -R {OsAccount.Own.Name} {dataFolder}. " + EmbeddedPostgresException.OrConnect,
                refused);
        }

        try
        {
            File.WriteAllText(Path.Combine(dataFolder, ProcessIdName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            File.Delete(Path.Combine(dataFolder, ConnectionName));
            return new FolderLock(held, dataFolder);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The connection string of the service that holds the lock; null where none does, or its database does not run yet.</summary>
    public static string? ConnectionOfHolder(string dataFolder)
    {
        var connection = Path.Combine(dataFolder, ConnectionName);
        try
        {
            using var free = new FileStream(Path.Combine(dataFolder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (IOException taken) when (IsHeldByAnother(taken))
        {
            return File.Exists(connection) ? File.ReadAllText(connection) : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes the connection string for other commands. It contains no secret: the socket's permissions restrict its
    /// use.</summary>
    public void Announce(string connectionString)
    {
        var file = Path.Combine(_dataFolder, ConnectionName);
        File.WriteAllText(file + ".new", connectionString);
        File.Move(file + ".new", file, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(Path.Combine(_dataFolder, ConnectionName));
        }
        catch (Exception readOnlyByNow) when (readOnlyByNow is IOException or UnauthorizedAccessException)
        {
            // The file is read only while the lock is held, and the next holder deletes it.
        }
        finally
        {
            _held.Dispose();
        }
    }

    /// <summary>EWOULDBLOCK, which .NET passes on in HResult: 11 on Linux, 35 on macOS.</summary>
    private static bool IsHeldByAnother(IOException refused) => refused.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);

    private static string Holder(string dataFolder)
    {
        try
        {
            return $"process {int.Parse(File.ReadAllText(Path.Combine(dataFolder, ProcessIdName)), CultureInfo.InvariantCulture)}";
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return "another process";
        }
    }
}
