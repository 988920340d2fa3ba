using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// PostgreSQL's three configuration files, overwritten at every start, so that an upgrade of the service brings its settings. They are
/// outside the cluster, in a folder that PostgreSQL can read and not write.
/// </summary>
internal static class ServerSettings
{
    /// <summary>The service's role: owner of the database, not a superuser.</summary>
    public const string Role = "ledger";

    /// <summary>The superuser, used only to create role and database.</summary>
    public const string Superuser = "postgres";

    /// <summary>Name of the database.</summary>
    public const string Database = "ledger";

    /// <summary>PostgreSQL's default port; without a TCP port it is only part of the socket's name.</summary>
    public const int DefaultPort = 5432;

    /// <summary>PostgreSQL's <c>max_connections</c>.</summary>
    public const int MaxConnections = 100;

    /// <summary>Connections of the service's pool at most; the rest of <see cref="MaxConnections"/> is for sessions and
    /// administration.</summary>
    public const int PoolSize = 80;

    /// <summary>Writes the files.</summary>
    /// <param name="home">Home of the cluster.</param>
    /// <param name="socketFolder">Folder of the socket.</param>
    /// <param name="port">TCP port on 127.0.0.1; null: the socket alone.</param>
    public static void Write(ClusterHome home, string socketFolder, int? port)
    {
        var own = Path.Combine(Path.GetDirectoryName(home.ConfigFile)!, OwnSettings);
        File.WriteAllText(home.ConfigFile, $"""
            # Written by the service at every start. Your own settings: in {OwnSettings} beside this file, which wins.
            data_directory = {Quoted(home.Cluster)}
            hba_file = {Quoted(home.AuthenticationFile)}
            ident_file = {Quoted(home.NamesFile)}
            cluster_name = 'ledger'

            listen_addresses = '{(port is null ? "" : "127.0.0.1")}'
            port = {(port ?? DefaultPort).ToString(CultureInfo.InvariantCulture)}
            unix_socket_directories = {Quoted(socketFolder)}
            # The folder around it is closed to others already.
            unix_socket_permissions = 0700
            password_encryption = 'scram-sha-256'
            max_connections = {MaxConnections.ToString(CultureInfo.InvariantCulture)}
            shared_buffers = '256MB'
            # A bulk import should not run from one checkpoint into the next.
            max_wal_size = '2GB'

            # An acknowledged report survives the loss of power. These are the defaults; they are here to be seen.
            fsync = on
            synchronous_commit = on
            full_page_writes = on

            timezone = 'UTC'
            log_timezone = 'UTC'
            # A forgotten transaction would hold back vacuum, and appends if it holds their lock.
            idle_in_transaction_session_timeout = '60s'

            # One file per day of the week, begun anew after a week.
            logging_collector = on
            log_directory = {Quoted(home.Logs)}
            log_filename = 'postgresql-%a.log'
            log_rotation_age = '1d'
            log_rotation_size = 0
            log_truncate_on_rotation = on
            log_line_prefix = '%m [%p] '

            {(File.Exists(own) ? $"include = {Quoted(own)}" : "")}

            """);
        // On the socket the kernel authenticates the user. Over TCP it cannot, so that takes a password.
        File.WriteAllText(home.AuthenticationFile, $"""
            # Written by the service at every start.
            local all all peer map=ledger
            {(port is null ? "" : $"host {Database} {Role} 127.0.0.1/32 scram-sha-256")}

            """);
        var names = new StringBuilder("# Written by the service at every start.\n");
        foreach (var name in new[] { OsAccount.Own.Name, home.Account.Name }.Distinct())
        {
            foreach (var role in new[] { Role, Superuser })
            {
                names.Append(CultureInfo.InvariantCulture, $"ledger \"{name}\" {role}\n");
            }
        }

        File.WriteAllText(home.NamesFile, names.ToString());
        // Overrides the umask: PostgreSQL may run as another user. They contain no secret.
        foreach (var file in new[] { home.ConfigFile, home.AuthenticationFile, home.NamesFile })
        {
            File.SetUnixFileMode(file, Permissions.Shown);
        }
    }

    /// <summary>
    /// The file with the password for other tools of this machine, where a TCP port is configured: in the format of libpq's PGPASSFILE,
    /// readable by the service's user alone.
    /// </summary>
    public static string PasswordFile(string dataFolder) => Path.Combine(dataFolder, "postgres.pgpass");

    /// <summary>The password, 64 hexadecimal digits; made if there is none.</summary>
    public static string Password(string dataFolder)
    {
        var file = PasswordFile(dataFolder);
        if (File.Exists(file)
            && File.ReadAllText(file).Trim().Split(':') is [_, _, _, _, { Length: 64 } known]
            && known.All(char.IsAsciiHexDigit))
        {
            return known;
        }

        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        File.Delete(file);
        // Created with its mode, so that it is never readable by others.
        using var stream = new FileStream(
            file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Permissions.Secret });
        stream.Write(Encoding.UTF8.GetBytes($"127.0.0.1:*:{Database}:{Role}:{password}\n"));
        return password;
    }

    private const string OwnSettings = "own.conf";

    private static string Quoted(string text)
    {
        var escaped = text
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("'", "''", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"'{escaped}'";
    }
}
