using Ledger.EmbeddedPostgres;
using Npgsql;

[assembly: AssemblyFixture(typeof(Ledger.Tests.Harness.Databases))]

namespace Ledger.Tests.Harness;

/// <summary>One PostgreSQL for the whole run, started the way the service starts its own; a new database for whoever asks.</summary>
public sealed class Databases : IAsyncLifetime
{
    private static int s_made;
    private static readonly TaskCompletionSource<string> s_server = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string? _folder;
    private PostgresServer? _postgres;

    public async ValueTask InitializeAsync()
    {
        try
        {
            if (Environment.GetEnvironmentVariable("LEDGER_TEST_POSTGRES") is { Length: > 0 } named)
            {
                s_server.TrySetResult(named);
                return;
            }

            _folder = Directory.CreateTempSubdirectory("ledger-tests-").FullName;
            // Closed to PostgreSQL's user, root's cluster would be put elsewhere, and stay there after the run.
            EmbeddedPostgres.Scratch.Chmod("755", _folder);
            // Many services share it, each with connections of its own for its projections and its clients.
            var settings = Directory.CreateDirectory(Path.Combine(_folder, "postgres", "settings")).FullName;
            await File.WriteAllTextAsync(Path.Combine(settings, "own.conf"), "max_connections = 400\n");
            _postgres = await PostgresServer.StartAsync(
                _folder, new EmbeddedPostgresOptions { MayInstall = true }, Console.Error.WriteLine, CancellationToken.None);
            s_server.TrySetResult(_postgres.ConnectionString);
        }
        catch (Exception fault)
        {
            s_server.TrySetException(fault);
            throw;
        }
    }

    /// <summary>Makes an empty database and returns its connection string.</summary>
    /// <param name="with">What else to say to <c>create database</c>.</param>
    public static async Task<string> MakeAsync(string with = "")
    {
        // The service's own role may not make databases; the superuser behind the same socket may.
        var server = new NpgsqlConnectionStringBuilder(await s_server.Task) { Username = "postgres", Database = "postgres" };
        var name = $"test_{Environment.ProcessId}_{Interlocked.Increment(ref s_made)}";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name} {with}", connection);
        await command.ExecuteNonQueryAsync();
        server.Database = name;
        // Many services share the one server, which takes only so many connections: each waits for its own few rather than take all.
        server.MaxPoolSize = 12;
        server.Timeout = 60;
        server.ConnectionIdleLifetime = 5;
        server.ConnectionPruningInterval = 1;
        return server.ConnectionString;
    }

    /// <summary>The one value that a statement answers.</summary>
    public static async Task<T> ValueAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The rows of a query of two columns, a text and a number.</summary>
    public static async Task<Dictionary<string, long>> PairsAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var pairs = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            pairs[reader.GetString(0)] = reader.GetInt64(1);
        }

        return pairs;
    }

    /// <summary>Runs a script.</summary>
    public static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs a statement, such as one that locks, in a transaction that ends when the result is disposed of.</summary>
    public static async Task<IAsyncDisposable> HoldAsync(string connectionString, string sql)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"begin; {sql}", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
