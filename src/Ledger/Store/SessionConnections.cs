using Npgsql;

namespace Ledger.Store;

/// <summary>Connections outside the pool, for session state: session-level advisory locks, LISTEN, settings without <c>local</c>. The
/// pool's connections return to it without a reset, so session state on them would leak into the next request. Disposing of one of these
/// ends its session, and the server releases its locks.</summary>
/// <remarks>Each is one of the server's <c>max_connections</c> beside the pool's <c>Maximum Pool Size</c>.</remarks>
public sealed class SessionConnections(string connectionString) : IAsyncDisposable, IDisposable
{
    private readonly NpgsqlDataSource _unpooled = Unpooled(connectionString);

    /// <summary>Opens a connection with a session of its own.</summary>
    /// <exception cref="NpgsqlException">The server cannot be reached within the connection string's <c>Timeout</c>.</exception>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation) => _unpooled.OpenConnectionAsync(cancellation);

    public ValueTask DisposeAsync() => _unpooled.DisposeAsync();

    public void Dispose() => _unpooled.Dispose();

    private static NpgsqlDataSource Unpooled(string connectionString)
    {
        var builder = StoreSetup.Builder(connectionString);
        builder.Name = "ledger sessions";
        builder.ConnectionStringBuilder.Pooling = false;
        builder.ConnectionStringBuilder.Multiplexing = false;
        return builder.Build();
    }
}
