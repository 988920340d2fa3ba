using System.Net.Sockets;
using JasperFx;
using JasperFx.Events;
using Ledger.Problems;
using Npgsql;

namespace Ledger.Store;

/// <summary>Classifies faults of the database: a race lost to another node, a database that is away, or one that is too slow.</summary>
public static class DatabaseFault
{
    /// <summary>SQLSTATEs for which Npgsql has no name.</summary>
    private const string IdleInTransactionSessionTimeout = "25P03", TransactionTimeout = "25P04";

    /// <summary>Classes of SQLSTATE: connection exceptions, insufficient resources, operator intervention, system errors.</summary>
    private static readonly string[] Unavailable = ["08", "53", "57", "58"];

    /// <summary>Another transaction was first with an identity or a stream's version: to be decided again. Includes
    /// <c>in_failed_sql_transaction</c>, which is all that Marten throws when it retries a batch after a deadlock.</summary>
    public static bool IsRace(Exception fault) => Chain(fault).Any(x =>
        x is EventStreamUnexpectedMaxEventIdException or ConcurrencyException or Marten.Exceptions.ExistingStreamIdCollisionException
        or PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.InFailedSqlTransaction or "MT003"
        });

    /// <summary>The database cannot be reached, is starting or stopping, is read-only, or has no room: nothing that another request would
    /// mend.</summary>
    public static bool IsAway(Exception fault) => !IsSlow(fault) && Chain(fault).Any(x => x switch
    {
        PostgresException { SqlState: var state } => Unavailable.Any(x => state.StartsWith(x, StringComparison.Ordinal))
            || state is PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransactionSessionTimeout,
        NpgsqlException or SocketException => true,
        _ => false,
    });

    /// <summary>The database is there and did not finish in time: a command timed out or was cancelled, or a lock or a connection of the
    /// pool was not free. Not an outage: other commands may get through.</summary>
    public static bool IsSlow(Exception fault) => !Chain(fault).Any(IsConnecting) && Chain(fault).Any(x => x is TimeoutException
        or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or TransactionTimeout });

    /// <summary>The problem that the client gets for a fault of the database; null for a fault that does not pass by itself.</summary>
    public static ProblemException? ProblemOf(Exception fault) =>
        IsSlow(fault) ? new(ProblemKinds.Slow, "The database did not answer in time.") { RetryAfter = 5 }
        : IsAway(fault)
            ? new(ProblemKinds.Unavailable, "The database cannot be reached, or cannot take anything at the moment.") { RetryAfter = 5 }
        : null;

    /// <summary>503 for a request that lost every race: neither client nor service is at fault, and nothing was recorded.</summary>
    public static ProblemException Outrun() => new(ProblemKinds.Unavailable,
        "Others were first, again and again. Nothing of this was recorded: send it again.")
    { RetryAfter = 1 };

    /// <summary>A time-out of connecting. Npgsql distinguishes it from a command's in its message alone.</summary>
    private static bool IsConnecting(Exception fault) =>
        fault is NpgsqlException && fault.Message.StartsWith("Failed to connect", StringComparison.Ordinal);

    private static IEnumerable<Exception> Chain(Exception fault)
    {
        for (Exception? x = fault; x is not null; x = x.InnerException)
        {
            yield return x;
        }
    }
}
