namespace Ledger.EmbeddedPostgres;

/// <summary>What may be chosen about the service's own PostgreSQL. The defaults are right for nearly everyone.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>
    /// A TCP port on 127.0.0.1 (<c>Ledger:PostgresPort</c>) on which PostgreSQL listens besides its socket, so that other tools of this
    /// machine can read along; they need the password in <c>postgres.pgpass</c> in the data folder. None by default: the service itself
    /// always takes the socket.
    /// </summary>
    public int? Port { get; init; }

    /// <summary>Where to look for PostgreSQL's programs; by default the usual folders of this machine.</summary>
    public PostgresSearch? Search { get; init; }

    /// <summary>
    /// Whether root's start may change the machine where it has no PostgreSQL: install its package by apt-get, and make the user
    /// <c>postgres</c>. For a demonstration or a test run; a service leaves that to whoever looks after the machine.
    /// </summary>
    public bool MayInstall { get; init; }

    /// <summary>
    /// Where the cluster lives when the service runs as root and PostgreSQL's user cannot enter the data folder. Only root may be able to
    /// write there, or another user could put a cluster of theirs in our place.
    /// </summary>
    public string Elsewhere { get; init; } = "/var/lib/ledger";
}
