using Ledger.Problems;
using Npgsql;

namespace Ledger.Store;

/// <summary>The end of the ledger: its highest visible position. Appends are serialised by the append lock, so no event will ever appear at
/// that position or below. One instance per node polls it for all waiting streams: at most one query at a time, and none while nothing
/// waits.</summary>
public sealed class LedgerEnd(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>SQL of the highest position; 0 in an empty ledger.</summary>
    public static readonly string Sql = $"select coalesce(max(seq_id), 0) from {TableNames.Events}";

    /// <summary>Between two polls; bounds the delay of an event in a stream.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Guards <see cref="_next"/>.</summary>
    private readonly Lock _polling = new();

    /// <summary>The poll that all waiting streams share.</summary>
    private Task<long>? _next;

    /// <summary>The end at this moment; 0 in an empty ledger.</summary>
    public async Task<long> NowAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Reads the end for a stream that begins, and checks the position that the request begins after.</summary>
    /// <param name="after">That position; null where the request names none.</param>
    /// <param name="named">The parameter that names it, with its question mark, or the header.</param>
    /// <returns>The end.</returns>
    /// <exception cref="ProblemException">400: <paramref name="after"/> lies beyond the end.</exception>
    public async Task<long> BeginAsync(long? after, string named, CancellationToken cancellation)
    {
        var end = await NowAsync(cancellation);
        return after > end ? throw Beyond(after.Value, named, end) : end;
    }

    /// <summary>Waits until the end lies beyond <paramref name="position"/>, at most for <paramref name="patience"/>.</summary>
    /// <returns>The end; <paramref name="position"/> or less where the time was over first.</returns>
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
        lock (_polling)
        {
            return _next is { IsCompleted: false } next ? next : _next = PollAsync();
        }

        async Task<long> PollAsync()
        {
            await Task.Delay(PollInterval);
            return await NowAsync(CancellationToken.None);
        }
    }
}
