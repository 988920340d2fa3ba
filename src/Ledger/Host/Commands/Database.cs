using Ledger.EmbeddedPostgres;
using Ledger.Problems;

namespace Ledger.Host.Commands;

/// <summary>The database that a command works on: the configured one, or an embedded one in the data folder.</summary>
public sealed class Database : IAsyncDisposable
{
    /// <summary>The embedded server that this process started; null where it started none.</summary>
    private readonly PostgresServer? _server;

    private Database(string connectionString, PostgresServer? server, bool isOwn) =>
        (ConnectionString, _server, IsOwn) = (connectionString, server, isOwn);

    /// <summary>Npgsql's connection string.</summary>
    public string ConnectionString { get; }

    /// <summary>True for an embedded database, started by this process or by a running service.</summary>
    public bool IsOwn { get; }

    /// <summary>True where a running service started it.</summary>
    public bool IsJoined { get; private init; }

    /// <summary>Completes when the embedded server has ended for good; never for another database.</summary>
    public Task Ended => _server?.Ended ?? Task.Delay(Timeout.Infinite);

    /// <summary>Opens the database for a service: the configured one, else an embedded one, which is started.</summary>
    /// <param name="options">The connection string, or the data folder.</param>
    /// <param name="print">Prints a line about a step of the start.</param>
    /// <param name="mayInstall">Whether root's process may install PostgreSQL where there is none; not for a service.</param>
    public static async Task<Database> OpenAsync(Options options, Action<string> print, bool mayInstall = false) =>
        options.ConnectionString is { } configured
            ? new Database(configured, null, isOwn: false)
            : await StartAsync(options, print, mayInstall);

    /// <summary>Opens the database for a command: that of the service running on the data folder if there is one, else as
    /// <see cref="OpenAsync"/>.</summary>
    public static async Task<Database> JoinAsync(Options options, Action<string> print) =>
        options.ConnectionString is null && PostgresServer.ConnectionStringOfRunning(options.DataFolder) is { } running
            ? new Database(running, null, isOwn: true) { IsJoined = true }
            : await OpenAsync(options, print);

    /// <summary>As <see cref="JoinAsync"/>, for a command that is of no use on an empty ledger: it makes no new database.</summary>
    /// <exception cref="OperatorException">There is no ledger in the data folder.</exception>
    public static Task<Database> JoinBegunAsync(Options options, Action<string> print) =>
        options.ConnectionString is null && !PostgresServer.IsBegun(options.DataFolder)
            ? throw new OperatorException($"There is no ledger in {options.DataFolder}. Name its folder with --data DIR, or its database "
                + "with --ConnectionStrings:Ledger TEXT: the events are read from there.")
            : JoinAsync(options, print);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<Database> StartAsync(Options options, Action<string> print, bool mayInstall)
    {
        var server = await PostgresServer.StartAsync(options.DataFolder,
            new EmbeddedPostgresOptions { Port = options.PostgresPort, MayInstall = mayInstall }, print, CancellationToken.None);
        // Whoever starts the database holds its folder: a service that ran there before runs no more.
        ServiceAddress.Delete(options.DataFolder);
        return new Database(server.ConnectionString, server, isOwn: true);
    }
}
