using System.Data;
using Npgsql;

namespace Ledger.Hosting;

/// <summary>A turn to append to the ledger: one transaction, one at a time on all nodes. So nobody decides on what another is changing, two
/// never wait for each other's streams, and positions become visible in their order.</summary>
public static class Turn
{
    /// <summary>Takes the turn, until the transaction ends: to be sent before whatever is looked up, best in the same round trip. A node that
    /// freezes in the middle loses its turn after a while, together with its transaction.</summary>
    public const string Take =
        $"select set_config('idle_in_transaction_session_timeout', '30s', true), {AppendFence.Announce}, pg_advisory_xact_lock(7301116)";

    /// <summary>Runs one, and commits what it did.</summary>
    /// <param name="database">Where.</param>
    /// <param name="work">Takes the turn by <see cref="Take"/>, and then looks, decides and appends, all on the connection of its transaction.</param>
    /// <exception cref="NpgsqlException">The connection was lost; whether it was committed, only asking again tells.</exception>
    public static async Task<T> RunAsync<T>(NpgsqlDataSource database, Func<NpgsqlTransaction, Task<T>> work)
    {
        await using var connection = await database.OpenConnectionAsync();
        try
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var done = await work(transaction);
            await transaction.CommitAsync();
            return done;
        }
        catch (Exception fault) when (connection.FullState is not ConnectionState.Open && !DatabaseFault.IsAway(fault))
        {
            // The store tries a failed batch again, on the same connection, and of one that was lost it then tells only that second failure.
            throw new NpgsqlException("The connection to the database was lost.", fault);
        }
    }
}
