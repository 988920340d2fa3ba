using System.Globalization;

namespace Ledger.Export;

/// <summary>The folder of one process in which files are made and kept. It is gone with the process; what a killed process left is removed
/// by the next one that opens a spool there.</summary>
internal sealed class ExportSpool : IDisposable
{
    private const string Prefix = "ledger-export-";
    private const string LockName = "lock";

    private readonly string _folder;
    private readonly FileStream _lock;
    private int _made;

    private ExportSpool(string folder, FileStream held) => (_folder, _lock) = (folder, held);

    /// <summary>Opens a spool.</summary>
    /// <param name="parent">Where; empty: the system's folder for temporary files.</param>
    public static ExportSpool Open(string parent)
    {
        parent = parent.Length == 0 ? Path.GetTempPath() : Directory.CreateDirectory(parent).FullName;
        foreach (var left in Directory.EnumerateDirectories(parent, $"{Prefix}*"))
        {
            RemoveUnlessHeld(left);
        }

        for (var number = 0; ; number++)
        {
            var folder = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{number}"));
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                return new ExportSpool(folder, HoldOf(folder));
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
        _lock.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static FileStream HoldOf(string folder) =>
        new(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);

    /// <summary>Removes the folder of a process that is no more: nobody holds its lock.</summary>
    private static void RemoveUnlessHeld(string folder)
    {
        try
        {
            HoldOf(folder).Dispose();
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            // Another node's, or another user's.
        }
    }
}
