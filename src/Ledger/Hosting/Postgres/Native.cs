using System.Runtime.InteropServices;
using System.Text;

namespace Ledger.Hosting.Postgres;

/// <summary>
/// The few calls of the operating system that .NET does not offer, or not on every platform: signals, users, ownership, permissions and
/// real paths.
/// </summary>
internal static class Native
{
    /// <summary>PostgreSQL's fast shutdown: transactions are rolled back, connections closed, everything written.</summary>
    public const int SigInt = 2;

    /// <summary>PostgreSQL's immediate shutdown: safe, but the next start has to recover.</summary>
    public const int SigQuit = 3;

    public const int SigKill = 9;

    /// <summary>A folder that nobody else can enter.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>A folder through which others come to what they know by name.</summary>
    public const UnixFileMode OthersPass = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A folder or program that others may use and not change.</summary>
    public const UnixFileMode OthersRead = OthersPass | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static uint EffectiveUser => geteuid();

    public static uint EffectiveGroup => getegid();

    public static void Signal(int processId, int signal) => _ = kill(processId, signal);

    public static bool IsAlive(int processId) => kill(processId, 0) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    public static void GiveTo(string path, OsAccount owner)
    {
        if (lchown(CString(path), owner.Uid, owner.Gid) != 0)
            throw new IOException($"Cannot give {path} to user {owner.Name}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>The path as the kernel shows it, without symbolic links: only so can it be compared with what /proc says.</summary>
    public static string RealPath(string existing) =>
        RealPathOrNull(existing) ?? throw new IOException($"Cannot resolve {existing}: {Marshal.GetLastPInvokeErrorMessage()}.");

    /// <summary>The same; null for what is not there, and for a link that leads nowhere, which File.Exists calls existing.</summary>
    public static string? RealPathOrNull(string path)
    {
        var resolved = realpath(CString(path), IntPtr.Zero);
        if (resolved == IntPtr.Zero)
            return null;
        try
        {
            return Marshal.PtrToStringUTF8(resolved)!;
        }
        finally
        {
            free(resolved);
        }
    }

    // Windows is refused before anything here is reached.
#pragma warning disable CA1416
    public static void MakeFolder(string path, UnixFileMode mode) => Directory.CreateDirectory(path, mode);

    public static UnixFileMode ModeOf(string path) => File.GetUnixFileMode(path);

    /// <summary>Regardless of the umask.</summary>
    public static void SetMode(string path, UnixFileMode mode) => File.SetUnixFileMode(path, mode);

    /// <summary>A new file that is never, not for a moment, readable for others.</summary>
    public static void WriteSecret(string path, string text)
    {
        File.Delete(path);
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
#pragma warning restore CA1416

    private static byte[] CString(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private const int NoSuchProcess = 3; // ESRCH, on Linux and macOS alike

    // The names are those of the C library.
#pragma warning disable IDE1006
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint getegid();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lchown(byte[] path, uint user, uint group);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr realpath(byte[] path, IntPtr resolved);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void free(IntPtr memory);
#pragma warning restore IDE1006
}
