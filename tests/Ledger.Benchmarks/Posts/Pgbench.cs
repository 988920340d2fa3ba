using System.Globalization;
using System.Text;
using Npgsql;

namespace Ledger.Benchmarks.Posts;

/// <summary>What the database itself can do: a prepared insert of one row and its payload per transaction, by PostgreSQL's own pgbench.</summary>
internal sealed class Pgbench
{
    private static readonly Dictionary<string, string> s_noEnvironment = [];

    private readonly string _program;
    private readonly NpgsqlConnectionStringBuilder _database;
    private readonly string _script;
    private readonly string _payload;

    private Pgbench(string program, NpgsqlConnectionStringBuilder database, string script, string payload) =>
        (_program, _database, _script, _payload) = (program, database, script, payload);

    /// <summary>Where pgbench is.</summary>
    /// <exception cref="FileNotFoundException">Nowhere; the message says what to do.</exception>
    public static string Find()
    {
        const string Debian = "/usr/lib/postgresql";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(x => double.TryParse(Path.GetFileName(x), CultureInfo.InvariantCulture, out var major) ? major : 0)
                .Select(x => Path.Combine(x, "bin")) : []);
        return folders.Select(x => Path.Combine(x, "pgbench")).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException("pgbench is neither on the PATH nor below /usr/lib/postgresql: apt-get install postgresql (other systems: postgresql-contrib).");
    }

    /// <summary>Makes the table.</summary>
    public static async Task<Pgbench> PrepareAsync(string program, NpgsqlConnectionStringBuilder database, string folder, byte[] body)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("create table posts (id bigint generated always as identity primary key, payload jsonb not null)", connection);
        await command.ExecuteNonQueryAsync();
        var script = Path.Combine(folder, "insert.sql");
        await File.WriteAllTextAsync(script, "insert into posts (payload) values (:payload);\n");
        return new Pgbench(program, database, script, Encoding.UTF8.GetString(body));
    }

    /// <summary>Inserts per second.</summary>
    public async Task<double> RunAsync(int clients, TimeSpan time)
    {
        var output = await ServiceProcess.CommandAsync(_program,
            [
                "-n", "-M", "prepared", "-f", _script, "-D", $"payload={_payload}", "-c", Text(clients), "-j", Text(Math.Min(2, clients)),
                "-T", Text(Math.Max(1, (int)time.TotalSeconds)), "-h", _database.Host!, "-p", Text(_database.Port), "-U", _database.Username!, _database.Database!,
            ], s_noEnvironment);
        const string Rate = "tps = ";
        var line = output.Split('\n').SingleOrDefault(x => x.StartsWith(Rate, StringComparison.Ordinal));
        // Where no client came as far as its first answer, it tells none.
        return line is null ? 0 : double.Parse(line[Rate.Length..].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
