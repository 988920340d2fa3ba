using System.Runtime.CompilerServices;
using Ledger.Problems;
using Npgsql;
using NpgsqlTypes;

namespace Ledger.Store;

/// <summary>Reads events: in the order of positions, by id, by position, by stream. A batch is a short query of its own, so that a slow
/// reader keeps no transaction open, which would hold back vacuum.</summary>
public sealed class StoredEvents(NpgsqlDataSource database)
{
    /// <summary>Type of the event that Marten writes where a failed transaction left a gap in the sequence. It is no fact and never served:
    /// positions have gaps anyway.</summary>
    internal const string Tombstone = "tombstone";

    /// <summary>The columns that <see cref="Read"/> reads, of an event e.</summary>
    private const string Columns = "e.seq_id, e.id, e.type, e.stream_id, e.version, e.timestamp, e.user_name, e.data";

    private const string Sql = $"""
        select {Columns} from {TableNames.Events} e
        where e.seq_id > $1 and e.seq_id <= $2 and e.type <> '{Tombstone}' order by e.seq_id limit $3
        """;

    /// <summary>Streams are found by the prefix of their keys, which does not depend on the database's collation.</summary>
    private const string OfRecipientSql = $"""
        select {Columns} from {TableNames.Streams} s join {TableNames.Events} e on e.stream_id = s.id
        where starts_with(s.id, $1) and e.seq_id <= $2 order by e.seq_id
        """;

    private const string AtSql = $"""
        select {Columns}, named.place from unnest($1) with ordinality as named(position, place)
        join {TableNames.Events} e on e.seq_id = named.position order by named.place
        """;

    /// <summary>SQL of the positions of events of some types. $1: after, $2: up to a position; $3: stored names.</summary>
    public static readonly string PositionsSql =
        $"select seq_id as position from {TableNames.Events} where seq_id > $1 and seq_id <= $2 and type = any($3)";

    /// <summary>SQL that joins the event at a position, as e; its stored JSON is <c>e.data</c>.</summary>
    /// <param name="position">A column of the query.</param>
    public static string JoinAt(string position) => $"join {TableNames.Events} e on e.seq_id = {position}";

    /// <summary>SQL of the event at a position, as e, for a query within another one.</summary>
    /// <param name="position">A column of the outer query.</param>
    public static string At(string position) => $"{TableNames.Events} e where e.seq_id = {position}";

    /// <summary>SQL of the positions of the events with some ids.</summary>
    /// <param name="ids">The parameter that holds them.</param>
    public static string PositionsOf(string ids) => $"select e.seq_id from {TableNames.Events} e where e.id = any({ids})";

    /// <summary>The command that reads the events with these ids, for a caller's batch; behind what <see cref="Read"/> reads, the slug
    /// that a report's row of evidence has, which may be of a newer rule than the one that is stored.</summary>
    public static NpgsqlBatchCommand OfIds(Guid[] ids) => new($"""
        select {Columns}, made.platform from {TableNames.Events} e left join {TableNames.Evidence} made on made.position = e.seq_id
        where e.id = any($1)
        """)
    {
        Parameters = { new NpgsqlParameter { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid } },
    };

    /// <summary>The command that reads a stream after a version, in order, for a caller's batch.</summary>
    public static NpgsqlBatchCommand OfStream(string stream, long after) =>
        new($"select {Columns} from {TableNames.Events} e where e.stream_id = $1 and e.version > $2 order by e.version")
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = stream }, new NpgsqlParameter<long> { TypedValue = after } },
        };

    /// <summary>The event in the current row of one of these commands.</summary>
    public static StoredEvent Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetInt64(4),
        row.GetFieldValue<DateTimeOffset>(5), row.IsDBNull(6) ? null : row.GetString(6), row.GetFieldValue<byte[]>(7));

    /// <summary>The event with an id; null where there is none.</summary>
    public async Task<StoredEvent?> FindAsync(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from {TableNames.Events} e where e.id = $1");
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    /// <summary>The events at these positions, up to <see cref="Limits.ReportBytesPerQuery"/> of their data.</summary>
    /// <returns>The events by position, and how many of the positions, from the first on, were read: at least one.</returns>
    public async Task<(Dictionary<long, StoredEvent> Events, int Read)> AtAsync(long[] positions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(AtSql);
        command.Parameters.AddWithValue(positions);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new Dictionary<long, StoredEvent>();
        var bytes = 0L;
        while (await reader.ReadAsync(cancellation))
        {
            var one = Read(reader);
            events[one.Position] = one;
            bytes += one.Data.Length;
            if (bytes >= Limits.ReportBytesPerQuery)
            {
                return (events, (int)reader.GetInt64(8));
            }
        }

        return (events, positions.Length);
    }

    /// <summary>Events after a position, in order; fewer than <paramref name="most"/> only where there are no more up to
    /// <paramref name="upTo"/>.</summary>
    /// <param name="connection">The connection whose transaction reads; null: one of the pool.</param>
    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(
        long after, long upTo, int most, CancellationToken cancellation, NpgsqlConnection? connection = null)
    {
        await using var command = connection is null ? database.CreateCommand(Sql) : new NpgsqlCommand(Sql, connection);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upTo);
        command.Parameters.AddWithValue(most);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<StoredEvent>();
        while (await reader.ReadAsync(cancellation))
        {
            events.Add(Read(reader));
        }

        return events;
    }

    /// <summary>Every event of the streams of one recipient, in order, streamed from one query without a time-out.</summary>
    public async IAsyncEnumerable<StoredEvent> OfRecipientAsync(
        string recipient, long upTo, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(OfRecipientSql);
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue($"{recipient}/");
        command.Parameters.AddWithValue(upTo);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            yield return Read(reader);
        }
    }
}
