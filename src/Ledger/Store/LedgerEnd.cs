using Ledger.Problems;
using Npgsql;

namespace Ledger.Store;

/// <summary>The end of the ledger: its highest position. Appends come one after another under the append lock, so what is visible is settled: no
/// event will ever appear at that position or below. One of these per node watches it for everybody who waits: however many streams are
/// open, one question at a time goes to the database, and none while nobody waits.</summary>
public sealed class LedgerEnd(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>SQL of the highest position; 0 in an empty ledger.</summary>
    public static readonly string Sql = $"select coalesce(max(seq_id), 0) from {TableNames.Events}";

    /// <summary>How long an event that is there may wait to be seen.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Lock _waiting = new();
    private Task<long>? _next;

    public async Task<long> NowAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Reads where a stream shall begin.</summary>
    /// <param name="after">The position to begin after, as the request names it; null where it names none.</param>
    /// <param name="named">The parameter that names it, with its question mark, or the header.</param>
    /// <returns>The end.</returns>
    /// <exception cref="ProblemException">400: <paramref name="after"/> lies beyond the end.</exception>
    public async Task<long> BeginAsync(long? after, string named, CancellationToken cancellation)
    {
        var end = await NowAsync(cancellation);
        return after > end ? throw Beyond(after.Value, named, end) : end;
    }

    /// <summary>Waits until the end lies beyond <paramref name="position"/>, or patience ends.</summary>
    /// <returns>The end; not beyond where patience ended.</returns>
    public async Task<long> BeyondAsync(long position, TimeSpan patience, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var end = position;
        while (end <= position && clock.GetElapsedTime(started) < patience)
        {
            end = await NextAsync().WaitAsync(cancellation);
        }

        return end;
    }

    /// <summary>The problem of a position that the ledger has not reached.</summary>
    /// <param name="named">The parameter or header that names it.</param>
    public static ProblemException Beyond(long position, string named, long end) =>
        new(ProblemKinds.BeyondEnd, $"{named.TrimStart('?')}: position {position} lies beyond the ledger's last event, {end}.")
        {
            Errors = [new ProblemError(named, "beyondTheEnd", $"The last position is {end}.")],
        };

    private Task<long> NextAsync()
    {
        lock (_waiting)
        {
            return _next is { IsCompleted: false } next ? next : _next = AskAsync();
        }

        async Task<long> AskAsync()
        {
            await Task.Delay(Poll);
            return await NowAsync(CancellationToken.None);
        }
    }
}
