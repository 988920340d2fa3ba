using Ledger.Problems;
using Ledger.Store;

namespace Ledger.Host.Commands;

/// <summary>Host of the rooms without the web service, for commands beside a running service. It is built and not started: nothing listens,
/// and no background service runs.</summary>
public sealed class StoreHost : IAsyncDisposable
{
    private readonly IHost _host;

    private StoreHost(IHost host) => _host = host;

    /// <summary>Builds the host.</summary>
    /// <param name="configuration">Settings as on the command line: <c>--Ledger:Schema check</c>, ….</param>
    /// <param name="connectionString">Of the database.</param>
    /// <exception cref="OperatorException">A setting is invalid.</exception>
    public static StoreHost Build(string[] configuration, string connectionString) =>
        new(LedgerService.BuildWithoutWeb(configuration, connectionString));

    /// <summary>Builds the host, and checks or applies the schema as the setting <c>Ledger:Schema</c> states.</summary>
    /// <exception cref="OperatorException">A setting is invalid, or the schema is not this program's.</exception>
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

    /// <summary>Resolves a service of a room.</summary>
    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    // Some services can only be disposed of asynchronously, which the implementation of IHost supports.
    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();
}
