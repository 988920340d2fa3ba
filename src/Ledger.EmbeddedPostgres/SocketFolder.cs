using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// Folder of PostgreSQL's Unix socket. A socket, unlike a TCP port, cannot be taken by another program, is protected by permissions, and
/// needs no password. It is in the home, unless its path would be too long for the kernel or have a character that is special in a
/// connection string.
/// </summary>
internal static class SocketFolder
{
    /// <summary>The kernel's limit on the path of a socket: 108 bytes with the final zero on Linux, 104 on macOS.</summary>
    private const int LongestSocketPath = 103;

    /// <summary>Characters that are special in a connection string or in PostgreSQL's list of folders.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create(",;:=@'\"\\%\n");

    /// <summary>The socket's folder for a start. Removes a temporary one that a killed service left behind.</summary>
    public static async Task<string> PrepareAsync(ClusterHome home, int? port, CancellationToken cancel)
    {
        var name = $"/.s.PGSQL.{(port ?? ServerSettings.DefaultPort).ToString(CultureInfo.InvariantCulture)}";
        var note = NoteOf(home);
        // The note has the home's path: in a copy of the data folder it names the socket of another service.
        if (File.Exists(note) && File.ReadAllText(note).Split('\n') is [var left, var owner] && owner == home.Folder)
        {
            Remove(home, left);
        }

        if (Encoding.UTF8.GetByteCount(home.Socket + name) <= LongestSocketPath && !home.Socket.AsSpan().ContainsAny(Special))
        {
            return home.Socket;
        }

        // Made with an unpredictable name and for its owner only; noted, so that a start after a kill can remove it.
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

    /// <summary>Removes a temporary folder; no operation for the one in the home.</summary>
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
