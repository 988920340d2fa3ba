using System.Collections.Concurrent;
using Ledger.Problems;
using Npgsql;
using NpgsqlTypes;

namespace Ledger.Store;

/// <summary>The ledger's one clock: the database's, read under the append lock. So <c>recordedAt</c> rises with the position, whichever
/// node records, and a time resolves to the same position for ever.</summary>
/// <remarks>Guarantee: once a time was resolved, every later event is recorded after it: the database's clock had passed that time, and the
/// append that was under way was waited for. It holds as long as no failover leads to a host whose clock is set back; against that, this
/// node remembers the newest time that it has resolved. Events up to <c>schema_version.unordered_until</c> are from before this rule: they
/// were stamped by the nodes' own clocks, and their times may fall.</remarks>
public sealed class LedgerClock(NpgsqlDataSource database)
{
    /// <summary>Excludes tombstones, which Marten writes where a failed transaction left a gap in the sequence. They are stamped by a
    /// node's clock.</summary>
    private const string NoTombstone = $"type <> '{StoredEvents.Tombstone}'";

    private const string LastTime = $"(select timestamp from {TableNames.Events} where {NoTombstone} order by seq_id desc limit 1)";

    /// <summary>$1: the newest time that was resolved. At least a microsecond after what was recorded or resolved, so that two transactions
    /// never share a time, and the time of an event resolves to its transaction, also where the clock was set back.</summary>
    private const string NowSql = $"""
        select greatest(clock_timestamp(),
          interval '1 microsecond' + greatest($1, {LastTime}, (select unordered_latest from {TableNames.SchemaVersion})))
        """;

    /// <summary>$1: the time. Beyond <c>unordered_until</c> times rise with positions, so a binary search by the primary key finds the last
    /// event recorded by then, in log2 of the length probes. Up to there, the longest prefix of the ledger of which no event is
    /// later.</summary>
    private const string PositionSql = $"""
        with recursive old as (select unordered_until as until, unordered_latest as latest from {TableNames.SchemaVersion}),
        search(low, high) as (
          select (select until from old), (select coalesce(max(seq_id), 0) from {TableNames.Events})
          union all
          select case when probe.timestamp <= $1 then probe.seq_id else low end,
                 case when probe.timestamp <= $1 then high else (low + high + 1) / 2 - 1 end
          from search left join lateral (
            select seq_id, timestamp from {TableNames.Events}
            where seq_id >= (low + high + 1) / 2 and seq_id <= high and {NoTombstone} order by seq_id limit 1) probe on true
          where low < high)
        select clock_timestamp(), {LastTime},
          case when (select until = 0 or latest <= $1 from old) then (select max(low) from search)
               else coalesce((select seq_id from {TableNames.Events} where seq_id < (
                 select seq_id from {TableNames.Events} where seq_id <= (select until from old) and timestamp > $1 order by seq_id limit 1)
                 order by seq_id desc limit 1), 0) end
        """;

    /// <summary>$1: the position. Up to <c>unordered_until</c> the latest time up to there, which resolves to the same prefix.</summary>
    private const string TimeSql = $"""
        select case when $1 <= (select unordered_until from {TableNames.SchemaVersion})
          then (select max(timestamp) from {TableNames.Events} where seq_id <= $1)
          else (select timestamp from {TableNames.Events} where seq_id <= $1 and {NoTombstone} order by seq_id desc limit 1) end
        """;

    private readonly ConcurrentDictionary<long, DateTimeOffset> _times = new();
    private readonly ConcurrentDictionary<DateTimeOffset, long> _positions = new();

    /// <summary>Ticks (UTC) of the newest time that this node has resolved; 0: none.</summary>
    private long _newestResolved;

    /// <summary>The command whose result is the time at which the transaction's events are recorded. To be sent under the append
    /// lock.</summary>
    public NpgsqlBatchCommand Now() => new(NowSql)
    {
        Parameters =
        {
            new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlDbType.TimestampTz,
                Value = Interlocked.Read(ref _newestResolved) is > 0 and var ticks ? new DateTime(ticks, DateTimeKind.Utc) : DBNull.Value,
            },
        },
    };

    /// <summary>The position of the last event recorded by a time; 0 where there is none. The result never changes again.</summary>
    /// <param name="time">In UTC, to the microsecond.</param>
    /// <returns>Null where that time is still to come by the database's clock.</returns>
    /// <exception cref="PostgresException">55P03: an append under way held the lock for more than 5 s.</exception>
    public async Task<long?> PositionAtAsync(DateTimeOffset time, CancellationToken cancellation)
    {
        if (_positions.TryGetValue(time, out var resolved))
        {
            return resolved;
        }

        var (now, last, position) = await ReadAsync(time, wait: false, cancellation);
        if (time >= now)
        {
            return null;
        }

        if (time >= last)
        {
            // The append under way may have read the clock before that time; after its commit no event can be recorded by then any more.
            Remember(time);
            (_, _, position) = await ReadAsync(time, wait: true, cancellation);
        }

        return Remember(_positions, time, position);
    }

    /// <summary>The time at which a position was recorded; null for 0.</summary>
    public async Task<DateTimeOffset?> TimeOfAsync(long position, CancellationToken cancellation)
    {
        if (position == 0)
        {
            return null;
        }

        if (_times.TryGetValue(position, out var resolved))
        {
            return resolved;
        }

        await using var command = database.CreateCommand(TimeSql);
        command.Parameters.AddWithValue(position);
        return await command.ExecuteScalarAsync(cancellation) is DateTime at
            ? Remember(_times, position, new DateTimeOffset(at, TimeSpan.Zero)) : null;
    }

    private async Task<(DateTimeOffset Now, DateTimeOffset Last, long Position)> ReadAsync(
        DateTimeOffset time, bool wait, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        if (wait)
        {
            // One implicit transaction under read committed: the second statement sees what was committed while the first waited.
            batch.BatchCommands.Add(new NpgsqlBatchCommand(AppendLock.TakeShared));
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(PositionSql) { Parameters = { new NpgsqlParameter { Value = time } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (wait)
        {
            await reader.NextResultAsync(cancellation);
        }

        await reader.ReadAsync(cancellation);
        return (reader.GetFieldValue<DateTimeOffset>(0),
            reader.IsDBNull(1) ? DateTimeOffset.MinValue : reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt64(2));
    }

    private void Remember(DateTimeOffset time)
    {
        for (var newest = Interlocked.Read(ref _newestResolved); newest < time.UtcTicks;)
        {
            var before = Interlocked.CompareExchange(ref _newestResolved, time.UtcTicks, newest);
            if (before == newest)
            {
                return;
            }

            newest = before;
        }
    }

    private static TValue Remember<TKey, TValue>(ConcurrentDictionary<TKey, TValue> memory, TKey key, TValue value) where TKey : notnull
    {
        if (memory.Count >= Limits.TimesRemembered)
        {
            memory.Clear();
        }

        return memory[key] = value;
    }
}
