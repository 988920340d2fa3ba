using Ledger.Store;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Harness;

/// <summary>One service for all tests of a class: each keeps to identities, recipients or platforms of its own.</summary>
public class OneService : IAsyncLifetime
{
    public Service Service { get; protected set; } = null!;

    public virtual async ValueTask InitializeAsync() => Service = await Service.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await (Service?.DisposeAsync() ?? ValueTask.CompletedTask);
        GC.SuppressFinalize(this);
    }
}

/// <summary>Looks into the event table itself, past everything that the service would make of it.</summary>
public static class EventTable
{
    /// <summary>How many events the ledger holds.</summary>
    public static Task<long> CountAsync(this Service service) => service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events");

    /// <summary>The first value of a query's first row.</summary>
    public static async Task<T> ScalarAsync<T>(this Service service, string sql, params object[] parameters)
    {
        await using var command = service.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
