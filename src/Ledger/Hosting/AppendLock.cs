using System.Data;
using Npgsql;

namespace Ledger.Hosting;

/// <summary>The append lock: one for the whole cluster, held by an appending transaction until it ends. So nobody decides on what another is
/// changing, two appends never wait for each other's streams, and positions and times become visible in their order.</summary>
public static class AppendLock
{
    /// <summary>Number of the advisory lock.</summary>
    public const int Key = 7301116;

    /// <summary>SQL that takes the lock for this transaction and bounds idling to 30 s, so that a frozen node releases it. Must precede every read
    /// that the decision rests on; sent in the same batch, it costs no round trip of its own.</summary>
    public const string Take =
        $"select set_config('idle_in_transaction_session_timeout', '30s', true), {AppendFence.Announce}, pg_advisory_xact_lock(7301116)";

    /// <summary>SQL that waits, at most 5 s, for the append under way, and holds off the next until this transaction ends.</summary>
    public const string TakeShared = "select set_config('lock_timeout', '5s', true), pg_advisory_xact_lock_shared(7301116)";

    /// <summary>Runs an appending transaction, and commits what it did.</summary>
    /// <param name="database">Where.</param>
    /// <param name="work">Sends <see cref="Take"/> first, and then looks, decides and appends, all on the connection of its transaction.</param>
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
