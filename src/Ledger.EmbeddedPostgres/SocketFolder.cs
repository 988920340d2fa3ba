using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// A socket rather than a TCP port: nothing to collide with, nobody else can connect, and no password is needed. It lies in the home
/// unless the path would be too long for the kernel, or hold a character that means something in a connection string.
/// </summary>
internal static class SocketFolder
{
    /// <summary>The kernel's limit on the path of a socket: 108 bytes with the final zero on Linux, 104 on macOS.</summary>
    private const int LongestSocketPath = 103;

    /// <summary>Characters that a connection string or PostgreSQL's list of folders would take for something else.</summary>
    private static readonly SearchValues<char> Meaningful = SearchValues.Create(",;:=@'\"\\%\n");

    /// <summary>The socket's folder for the next start; what a start left behind that was killed is removed.</summary>
    public static async Task<string> PrepareAsync(ClusterHome home, int? port, CancellationToken cancel)
    {
        var name = $"/.s.PGSQL.{(port ?? ServerSettings.DefaultPort).ToString(CultureInfo.InvariantCulture)}";
        var note = NoteOf(home);
        // Noted with its home: in a copy of the data folder the note speaks of a socket that is another service's.
        if (File.Exists(note) && File.ReadAllText(note).Split('\n') is [var left, var owner] && owner == home.Folder)
        {
            Remove(home, left);
        }

        if (Encoding.UTF8.GetByteCount(home.Socket + name) <= LongestSocketPath && !home.Socket.AsSpan().ContainsAny(Meaningful))
        {
            return home.Socket;
        }

        // Made with a name that cannot be foretold and for its owner only; noted, so that a start after a crash can remove it.
        var temporary = Directory.CreateTempSubdirectory("ledger-").FullName;
        if (Encoding.UTF8.GetByteCount(temporary + name) > LongestSocketPath)
        {
            Directory.Delete(temporary);
            throw new EmbeddedPostgresException(
                $"Neither {home.Socket} nor {temporary} can hold PostgreSQL's socket: a socket's path may have {LongestSocketPath} bytes. "
                + "Choose a shorter data folder with --data DIR, or a shorter TMPDIR.");
        }

        await home.Account.OwnAsync(temporary, cancel);
        File.WriteAllText(note, $"{temporary}\n{home.Folder}");
        return temporary;
    }

    /// <summary>Nothing to do unless it was a temporary one.</summary>
    public static void Remove(ClusterHome home, string socketFolder)
    {
        if (socketFolder == home.Socket)
        {
            return;
        }

        if (Directory.Exists(socketFolder))
        {
            Directory.Delete(socketFolder, recursive: true);
        }

        File.Delete(NoteOf(home));
    }

    private static string NoteOf(ClusterHome home) => home.Socket + ".location";
}
