using Npgsql;

namespace Ledger.Store;

/// <summary>Reads the events in recorded order, in batches found by position: each a short query of its own, so that whoever reads
/// slowly holds no transaction open and no vacuum back.</summary>
public sealed class StoredEvents(NpgsqlDataSource database)
{
    /// <summary>The store's own mark where a failed transaction left a gap in the sequence. Nobody said anything there: it is shown to
    /// nobody, and positions have gaps anyway.</summary>
    public const string Tombstone = "tombstone";

    private const string Sql = $"""
        select seq_id, id, type, stream_id, version, timestamp, user_name, data from {Storage.Schema}.mt_events
        where seq_id > $1 and seq_id <= $2 and type <> '{Tombstone}' order by seq_id limit $3
        """;

    /// <summary>The streams are found by their names' beginning, whatever order the database keeps texts in.</summary>
    private const string OfRecipientSql = $"""
        select e.seq_id, e.id, e.type, e.stream_id, e.version, e.timestamp, e.user_name, e.data
        from {Storage.Schema}.mt_streams s join {Storage.Schema}.mt_events e on e.stream_id = s.id
        where starts_with(s.id, $1) and e.seq_id <= $2 order by e.seq_id
        """;

    /// <summary>Up to so many events after a position, in order; fewer only where there are no more up to <paramref name="upTo"/>.</summary>
    /// <param name="connection">Whose transaction reads; null: one of the pool.</param>
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

    /// <summary>Every event of the streams of one recipient, in order, as they come from the database.</summary>
    public async IAsyncEnumerable<StoredEvent> OfRecipientAsync(string recipient, long upTo,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
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

    private static StoredEvent Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetInt64(4),
        row.GetFieldValue<DateTimeOffset>(5), row.IsDBNull(6) ? null : row.GetString(6), row.GetFieldValue<byte[]>(7));
}
