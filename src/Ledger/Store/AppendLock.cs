using System.Data;
using Npgsql;

namespace Ledger.Store;

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

    /// <summary>A transactional message in the log, where commits wait for a standby. A commit that wrote nothing waits for nobody, and what it found
    /// may be a commit of which no standby has heard yet: with the message it waits for this and for everything before it.</summary>
    private const string Mark = "select pg_logical_emit_message(true, 'ledger', '') where current_setting('synchronous_standby_names') <> ''";

    /// <summary>The routine of PostgreSQL that warns when a commit has stopped waiting for its standby; the warning's text depends on the language.</summary>
    private const string StandbyWait = "SyncRepWaitForLSN";

    /// <summary>To be called where a transaction writes nothing and its answer says that something is recorded already: an earlier commit may
    /// have been answered with a time-out because no standby confirmed it. Its commit then waits until one has.</summary>
    public static async Task WaitForStandbyAsync(NpgsqlTransaction transaction)
    {
        await using var command = new NpgsqlCommand(Mark, transaction.Connection, transaction);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs an appending transaction, and commits what it did. No cancellation: a commit that was sent is waited for, or its connection is
    /// lost.</summary>
    /// <param name="database">Where.</param>
    /// <param name="work">Sends <see cref="Take"/> first, and then looks, decides and appends, all on the connection of its transaction.</param>
    /// <exception cref="NpgsqlException">The connection was lost, or no standby confirmed in time; whether it was committed, only asking again
    /// tells.</exception>
    public static async Task<T> RunAsync<T>(NpgsqlDataSource database, Func<NpgsqlTransaction, Task<T>> work)
    {
        await using var connection = await database.OpenConnectionAsync();
        var isUnconfirmed = false;
        connection.Notice += (_, told) => isUnconfirmed |= told.Notice.Routine == StandbyWait;
        try
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var done = await work(transaction);
            await transaction.CommitAsync();
            // Cancelled, PostgreSQL ends the wait for the standby, not the commit, and says so in a warning alone.
            return isUnconfirmed ? throw new NpgsqlException("No standby has confirmed the commit.", new TimeoutException(StandbyWait)) : done;
        }
        catch (Exception fault) when (connection.FullState is not ConnectionState.Open && DatabaseFault.ProblemOf(fault) is null)
        {
            // The store tries a failed batch again, on the same connection, and of one that was lost it then tells only that second failure.
            throw new NpgsqlException("The connection to the database was lost.", fault);
        }
    }
}
