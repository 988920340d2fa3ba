using System.Globalization;

namespace Ledger.Export;

/// <summary>The folder of one process in which files are made and kept. It is gone with the process; what a killed process left is removed
/// by the next one that opens a spool there.</summary>
internal sealed class ExportSpool : IDisposable
{
    private const string Prefix = "ledger-export-";
    private const string LockEnd = ".lock";

    private readonly string _folder;
    private readonly FileStream _lock;
    private int _made;

    private ExportSpool(string folder, FileStream held) => (_folder, _lock) = (folder, held);

    /// <summary>Opens a spool.</summary>
    /// <param name="parent">Where; empty: the system's folder for temporary files.</param>
    public static ExportSpool Open(string parent)
    {
        parent = parent.Length == 0 ? Path.GetTempPath() : Directory.CreateDirectory(parent).FullName;
        foreach (var left in Directory.EnumerateFiles(parent, $"{Prefix}*{LockEnd}"))
        {
            RemoveUnlessHeld(left[..^LockEnd.Length]);
        }

        for (var number = 0; ; number++)
        {
            var folder = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{number}"));
            if (TryHold(folder, FileMode.CreateNew) is { } held)
            {
                // After its lock: whoever looks for what others left finds no folder that nobody holds yet.
                Directory.CreateDirectory(folder);
                return new ExportSpool(folder, held);
            }
        }
    }

    /// <summary>Makes a file under another name, which it loses when it is whole. Where making fails nothing of it is left.</summary>
    /// <param name="make">Writes the file of this path.</param>
    /// <returns>The path of the finished file.</returns>
    public async Task<string> MakeAsync(Func<string, Task> make)
    {
        var path = Path.Combine(_folder, Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture));
        var part = path + ".part";
        try
        {
            await make(part);
            File.Move(part, path);
            return path;
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _lock.Dispose();
    }

    /// <summary>The lock of a folder, beside it; null: another process holds it. It ends with the process in any case.</summary>
    private static FileStream? TryHold(string folder, FileMode mode)
    {
        try
        {
            return new FileStream(folder + LockEnd, mode, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the folder of a process that is no more: its lock is there, and nobody holds it.</summary>
    private static void RemoveUnlessHeld(string folder)
    {
        using var held = TryHold(folder, FileMode.Open);
        if (held is not null && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
