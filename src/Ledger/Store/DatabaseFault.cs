using System.Net.Sockets;
using JasperFx;
using JasperFx.Events;
using Ledger.Problems;
using Npgsql;

namespace Ledger.Store;

/// <summary>Tells faults of the database apart: a race lost to another node, a database that is away, or one that is too slow.</summary>
public static class DatabaseFault
{
    /// <summary>Another transaction was first with an identity or a stream's version. Deciding again settles it. A transaction that has
    /// failed already is what the store's own second try meets after a deadlock, and all that it tells of it.</summary>
    public static bool IsRace(Exception fault) => Chain(fault).Any(x =>
        x is EventStreamUnexpectedMaxEventIdException or ConcurrencyException or Marten.Exceptions.ExistingStreamIdCollisionException
        or PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.InFailedSqlTransaction or "MT003"
        });

    /// <summary>The database cannot be reached, is starting or stopping, or has no room: nothing that the request could mend.</summary>
    public static bool IsAway(Exception fault) => !IsSlow(fault) && Chain(fault).Any(x => x switch
    {
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal)
            || state.StartsWith("57", StringComparison.Ordinal) || state.StartsWith("58", StringComparison.Ordinal)
            || state is PostgresErrorCodes.ReadOnlySqlTransaction or "25P03" // idle_in_transaction_session_timeout
           ,
        NpgsqlException or SocketException => true,
        _ => false,
    });

    /// <summary>The database is there and did not come to an end in time: a command timed out or was cancelled, a lock or a connection of the
    /// pool was not free. No outage: other commands may well get through.</summary>
    public static bool IsSlow(Exception fault) => !Chain(fault).Any(IsConnecting) && Chain(fault).Any(x => x
        is TimeoutException
        or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or "25P04" }); // transaction_timeout

    /// <summary>The problem that a fault of the database means to a client; null where the fault is none that passes by itself.</summary>
    public static ProblemException? ProblemOf(Exception fault) =>
        IsSlow(fault) ? new(ProblemKinds.Slow, "The database did not answer in time.") { RetryAfter = 5 }
        : IsAway(fault) ? new(ProblemKinds.Unavailable, "The database cannot be reached, or cannot take anything at the moment.") { RetryAfter = 5 }
        : null;

    /// <summary>What to tell whoever lost every race: no fault of theirs or ours, and nothing of theirs was recorded.</summary>
    public static ProblemException Outrun() =>
        new(ProblemKinds.Unavailable, "Others were first, again and again. Nothing of this was recorded: send it again.") { RetryAfter = 1 };

    /// <summary>Nobody answered at the address: Npgsql tells this time-out from a command's in its message alone.</summary>
    private static bool IsConnecting(Exception fault) => fault is NpgsqlException && fault.Message.StartsWith("Failed to connect", StringComparison.Ordinal);

    private static IEnumerable<Exception> Chain(Exception fault)
    {
        for (Exception? x = fault; x is not null; x = x.InnerException)
        {
            yield return x;
        }
    }
}
