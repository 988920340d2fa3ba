using Ledger.EmbeddedPostgres;
using Ledger.Problems;

namespace Ledger.Host.Commands;

/// <summary>The database that a command works on: one that was named, or one of the service's own.</summary>
public sealed class Database : IAsyncDisposable
{
    private readonly PostgresServer? _own;

    private Database(string connectionString, PostgresServer? own, bool isOwn) => (ConnectionString, _own, IsOwn) = (connectionString, own, isOwn);

    public string ConnectionString { get; }

    /// <summary>It was started by a service of this machine, for itself.</summary>
    public bool IsOwn { get; }

    /// <summary>A running service owns it.</summary>
    public bool IsJoined { get; private init; }

    /// <summary>Ends when the own database has ended, whoever ended it; never for one that was named.</summary>
    public Task Ended => _own?.Ended ?? Task.Delay(Timeout.Infinite);

    /// <summary>Opens the database for a service, which starts its own if none was named.</summary>
    /// <param name="options">Which database, or where its own is.</param>
    /// <param name="print">Takes a line of what takes time or is worth knowing.</param>
    /// <param name="mayInstall">Whether PostgreSQL is installed on root's machine if there is none: never for a service.</param>
    public static async Task<Database> OpenAsync(Options options, Action<string> print, bool mayInstall = false) =>
        options.ConnectionString is { } named
            ? new Database(named, null, isOwn: false)
            : await StartAsync(options, print, mayInstall);

    /// <summary>Opens the database for a command that may run beside the service: that of the running service, if there is one.</summary>
    public static async Task<Database> JoinAsync(Options options, Action<string> print) =>
        options.ConnectionString is null && PostgresServer.ConnectionStringOfRunning(options.DataFolder) is { } running
            ? new Database(running, null, isOwn: true) { IsJoined = true }
            : await OpenAsync(options, print);

    /// <summary>The same for a command that is of no use to an empty ledger: where there is none, it makes none.</summary>
    /// <exception cref="OperatorException">There is no ledger in the data folder.</exception>
    public static Task<Database> JoinBegunAsync(Options options, Action<string> print) =>
        options.ConnectionString is null && !PostgresServer.IsBegun(options.DataFolder)
            ? throw new OperatorException($"There is no ledger in {options.DataFolder}. Name its folder with --data DIR, or its database with "
                + "--ConnectionStrings:Ledger TEXT: the events are read from there.")
            : JoinAsync(options, print);

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<Database> StartAsync(Options options, Action<string> print, bool mayInstall)
    {
        var own = await PostgresServer.StartAsync(options.DataFolder,
            new EmbeddedPostgresOptions { Port = options.PostgresPort, MayInstall = mayInstall }, print, CancellationToken.None);
        return new Database(own.ConnectionString, own, isOwn: true);
    }
}
