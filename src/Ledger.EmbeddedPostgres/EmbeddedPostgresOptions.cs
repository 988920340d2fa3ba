namespace Ledger.EmbeddedPostgres;

/// <summary>Options of the embedded PostgreSQL.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>
    /// TCP port on 127.0.0.1 (<c>Ledger:PostgresPort</c>) on which PostgreSQL listens besides its socket, for other tools of this machine;
    /// they need the password in <c>postgres.pgpass</c> in the data folder. Null by default: the service itself uses the socket.
    /// </summary>
    public int? Port { get; init; }

    /// <summary>Where to look for PostgreSQL's programs; by default the usual folders of this machine.</summary>
    public PostgresSearch? Search { get; init; }

    /// <summary>
    /// Whether a start as root may change a machine without PostgreSQL: install its package by apt-get, and make the user <c>postgres</c>.
    /// For a demonstration or a test run; on a server the administrator does it.
    /// </summary>
    public bool MayInstall { get; init; }

    /// <summary>
    /// Folder of the clusters of data folders that PostgreSQL's user cannot enter, for a service that runs as root. Only root may be able
    /// to write there, or another user could substitute a cluster.
    /// </summary>
    public string Elsewhere { get; init; } = "/var/lib/ledger";
}
