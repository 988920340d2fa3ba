using Ledger.Problems;
using Ledger.Store;

namespace Ledger.Host.Commands;

/// <summary>The rooms without the web service, for commands that work beside one: nothing listens and no background work runs, since the
/// host is built and not started.</summary>
public sealed class StoreHost : IAsyncDisposable
{
    private readonly IHost _host;

    private StoreHost(IHost host) => _host = host;

    /// <param name="configuration">As the command line gives it: <c>--Ledger:Schema check</c>, ….</param>
    /// <param name="connectionString">Of the database.</param>
    /// <exception cref="OperatorException">A setting is not what it must be.</exception>
    public static StoreHost Build(string[] configuration, string connectionString) =>
        new(LedgerService.BuildWithoutWeb(configuration, connectionString));

    /// <summary>Builds it and checks, or brings up to date, the schema, as the setting <c>Ledger:Schema</c> says.</summary>
    /// <exception cref="OperatorException">A setting, or the schema, is not what it must be.</exception>
    public static async Task<StoreHost> OpenAsync(Options options, Database database)
    {
        var store = Build(options.ConfigurationFor(database), database.ConnectionString);
        try
        {
            await store.Get<Schema>().StartingAsync(CancellationToken.None);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>A service of a room.</summary>
    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    // Some services can only be disposed asynchronously, and IHost does not show that its host can.
    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();
}
