using System.Diagnostics;
using System.Globalization;
using Ledger.EmbeddedPostgres;
using Npgsql;

namespace Ledger.Benchmarks.Posts;

/// <summary>One PostgreSQL for all that are compared, started as the service starts its own: durable, on a socket. Each has a database of
/// its own.</summary>
internal sealed class BenchmarkServer : IAsyncDisposable
{
    private const string Statements = "pg_stat_statements";

    private readonly string _folder;
    private readonly PostgresServer _postgres;

    private BenchmarkServer(string folder, PostgresServer postgres, bool seesStatements) => (_folder, _postgres, SeesStatements) = (folder, postgres, seesStatements);

    public string Version => _postgres.Version;

    /// <summary>pg_stat_statements is loaded.</summary>
    public bool SeesStatements { get; }

    /// <param name="watched">Loads pg_stat_statements where it is there; it costs every statement a little.</param>
    public static async Task<BenchmarkServer> StartAsync(bool watched)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-benchmark-pg-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // Closed to PostgreSQL's user, root's cluster would be put elsewhere, and stay there after the run.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        var settings = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "postgres", "settings")).FullName, "own.conf");
        const string Connections = "max_connections = 500\n";
        await File.WriteAllTextAsync(settings, Connections);
        var postgres = await PostgresServer.StartAsync(folder, _ => { }, CancellationToken.None);
        if (!watched || !await ValueAsync<bool>(Superuser(postgres), $"select exists (select from pg_available_extensions where name = '{Statements}')"))
        {
            return new BenchmarkServer(folder, postgres, seesStatements: false);
        }

        await postgres.DisposeAsync();
        await File.WriteAllTextAsync(settings, $"{Connections}shared_preload_libraries = '{Statements}'\n");
        postgres = await PostgresServer.StartAsync(folder, _ => { }, CancellationToken.None);
        var server = new BenchmarkServer(folder, postgres, seesStatements: true);
        await server.RunAsync($"create extension {Statements}");
        return server;
    }

    /// <summary>Makes an empty database that the service's role owns.</summary>
    /// <returns>Its connection string, with the pool that Npgsql gives by default.</returns>
    public async Task<NpgsqlConnectionStringBuilder> MakeAsync(string database)
    {
        var connection = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString);
        await RunAsync($"create database {database} owner {connection.Username}");
        connection.Database = database;
        connection.Remove("Maximum Pool Size");
        return connection;
    }

    /// <summary>Transactions of a database since its beginning, committed and rolled back. A connection tells of its own once it has been
    /// idle for ten seconds, at the latest.</summary>
    public Task<long> TransactionsAsync(string database) =>
        ValueAsync<long>(Superuser(_postgres), $"select xact_commit + xact_rollback from pg_stat_database where datname = '{database}'");

    /// <summary>What the connections of a database have taken of the processors, by process.</summary>
    public Dictionary<int, TimeSpan> ProcessorTimes(string database)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Superuser(_postgres)) { Pooling = true, MaxPoolSize = 1 }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand($"select pid from pg_stat_activity where datname = '{database}'", connection);
        using var reader = command.ExecuteReader();
        var times = new Dictionary<int, TimeSpan>();
        while (reader.Read())
        {
            try
            {
                using var process = Process.GetProcessById(reader.GetInt32(0));
                times[process.Id] = process.TotalProcessorTime;
            }
            catch (Exception ended) when (ended is ArgumentException or InvalidOperationException)
            {
                // The connection was closed between the answer and the look.
            }
        }

        return times;
    }

    /// <summary>So that nobody pays in their window for the pages that another has written.</summary>
    public Task CheckpointAsync() => RunAsync("checkpoint");

    public Task ForgetStatementsAsync() => RunAsync($"select {Statements}_reset()");

    /// <summary>The statements that a database was sent, the most frequent first, with how often.</summary>
    public async Task<List<(long Calls, string Text)>> StatementsAsync(string database)
    {
        await using var connection = new NpgsqlConnection(Superuser(_postgres));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"""
            select sum(calls)::bigint, query from {Statements} where dbid = (select oid from pg_database where datname = '{database}')
            group by query order by 1 desc, 2
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var statements = new List<(long, string)>();
        while (await reader.ReadAsync())
        {
            statements.Add((reader.GetInt64(0), string.Join(' ', reader.GetString(1).Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries))));
        }

        return statements;
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(Superuser(_postgres));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<T> ValueAsync<T>(string connectionString, string query)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return (T)Convert.ChangeType((await command.ExecuteScalarAsync())!, typeof(T), CultureInfo.InvariantCulture);
    }

    private static string Superuser(PostgresServer postgres) =>
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Username = "postgres", Database = "postgres", Pooling = false }.ConnectionString;
}
