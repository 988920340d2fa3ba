using System.Data;
using Npgsql;

namespace Ledger.Store;

/// <summary>The append lock: one advisory lock for the whole cluster, held by an appending transaction until it ends. It guarantees that
/// what the transaction read is still true when it commits, that two appends cannot deadlock over streams, and that positions and times
/// become visible in ascending order.</summary>
public static class AppendLock
{
    /// <summary>Number of the advisory lock.</summary>
    private const string Key = "7301116";

    /// <summary>SQL that takes the lock for this transaction and bounds idling to 30 s, so that a frozen node releases it. Must precede
    /// every read that the decision rests on; sent in the same batch, it costs no round trip of its own.</summary>
    public const string Take =
        $"select set_config('idle_in_transaction_session_timeout', '30s', true), {AppendFence.Announce}, pg_advisory_xact_lock({Key})";

    /// <summary>SQL that takes the lock in shared mode: it waits, at most 5 s, for the append under way, and holds off the next one until
    /// this transaction ends.</summary>
    public const string TakeShared = $"select set_config('lock_timeout', '5s', true), pg_advisory_xact_lock_shared({Key})";

    /// <summary>SQL that writes a transactional message to the WAL where commits wait for a standby. A transaction that wrote nothing
    /// commits without waiting, although what it read may not be replicated yet; with the message its commit waits until everything up to
    /// there is.</summary>
    private const string EmitMessage =
        "select pg_logical_emit_message(true, 'ledger', '') where current_setting('synchronous_standby_names') <> ''";

    /// <summary>PostgreSQL's routine that issues the warning when a commit stops waiting for its standby. The warning's text is localised;
    /// the routine's name is not.</summary>
    private const string StandbyWait = "SyncRepWaitForLSN";

    /// <summary>Makes the commit of a transaction that wrote nothing wait for the standby. To be called where the response states that
    /// something is recorded already: the commit that recorded it may have timed out before a standby confirmed it.</summary>
    public static async Task WaitForStandbyAsync(NpgsqlTransaction transaction)
    {
        await using var command = new NpgsqlCommand(EmitMessage, transaction.Connection, transaction);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs an appending transaction and commits it. It cannot be cancelled: a commit that was sent is waited for until it ends or
    /// its connection is lost.</summary>
    /// <param name="database">The pool of the primary.</param>
    /// <param name="work">Sends <see cref="Take"/> first, then reads, decides and appends, all on the connection of its
    /// transaction.</param>
    /// <exception cref="NpgsqlException">The connection was lost, or no standby confirmed in time. Whether it was committed is unknown; a
    /// retry with the same identities finds out.</exception>
    public static async Task<T> RunAsync<T>(NpgsqlDataSource database, Func<NpgsqlTransaction, Task<T>> work)
    {
        await using var connection = await database.OpenConnectionAsync();
        var isUnconfirmed = false;
        connection.Notice += (_, x) => isUnconfirmed |= x.Notice.Routine == StandbyWait;
        try
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var result = await work(transaction);
            await transaction.CommitAsync();
            // A cancelled commit is a commit: PostgreSQL only stops waiting for the standby, and issues a warning.
            return isUnconfirmed
                ? throw new NpgsqlException("No standby has confirmed the commit.", new TimeoutException(StandbyWait)) : result;
        }
        catch (Exception fault) when (connection.FullState is not ConnectionState.Open && DatabaseFault.ProblemOf(fault) is null)
        {
            // Marten retries a failed batch on the same connection. If that was lost, it throws the failure of the retry alone.
            throw new NpgsqlException("The connection to the database was lost.", fault);
        }
    }
}
