using Ledger.Hosting;
using Npgsql;

namespace Ledger.History;

/// <summary>The settled position: the store's high-water mark, at and below which no event will ever appear. One of these per node
/// watches it for everybody who waits: however many streams are open, one question at a time goes to the database, and none while
/// nobody waits.</summary>
public sealed class Settled(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Sql = $"""
        select coalesce((select last_seq_id from {Storage.Schema}.mt_event_progression where name = 'HighWaterMark'), 0),
               coalesce((select max(seq_id) from {Storage.Schema}.mt_events), 0)
        """;

    /// <summary>How long an event that is settled may wait to be seen.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Lock _waiting = new();
    private Task<long>? _next;

    /// <summary>The settled position, and that of the last event, settled or not.</summary>
    public async Task<(long Position, long End)> NowAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), Math.Max(reader.GetInt64(0), reader.GetInt64(1)));
    }

    /// <summary>Reads where a stream shall begin.</summary>
    /// <param name="named">The parameter that names it, with its question mark, or the header.</param>
    /// <returns>The position to begin after, and the settled position; the first is null where the request names none.</returns>
    /// <exception cref="ProblemException">400: it lies beyond the ledger's last event.</exception>
    public async Task<(long? After, long Position)> BeginAsync(long? after, string named, CancellationToken cancellation)
    {
        var (position, end) = await NowAsync(cancellation);
        return after > end
            ? throw new ProblemException(Problems.BeyondEnd, $"{named.TrimStart('?')}: position {after} lies beyond the ledger's last event, {end}.")
            {
                Errors = [new ProblemError(named, "beyondTheEnd", $"The last position is {end}.")],
            }
            : (after, position);
    }

    /// <summary>Waits until the settled position lies beyond <paramref name="position"/>, or patience ends.</summary>
    /// <returns>The settled position; not beyond where patience ended.</returns>
    public async Task<long> BeyondAsync(long position, TimeSpan patience, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var settled = position;
        while (settled <= position && clock.GetElapsedTime(started) < patience)
        {
            settled = await NextAsync().WaitAsync(cancellation);
        }

        return settled;
    }

    private Task<long> NextAsync()
    {
        lock (_waiting)
        {
            return _next is { IsCompleted: false } next ? next : _next = AskAsync();
        }

        async Task<long> AskAsync()
        {
            await Task.Delay(Poll);
            return (await NowAsync(CancellationToken.None)).Position;
        }
    }
}
