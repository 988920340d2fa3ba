using System.Globalization;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>What a rebuild did.</summary>
/// <param name="Events">Events that were read.</param>
/// <param name="Rows">Rows that were made of them.</param>
/// <param name="Position">The ledger's end when the new table took the old one's place.</param>
public sealed record Rebuilt(long Events, long Rows, long Position);

/// <summary>Makes the evidence anew from the events, beside the running service, which answers from the old table until the new one
/// is whole.</summary>
/// <remarks>
/// Whoever appends writes into the old table all the while. At the end the append lock is taken, so that nobody does, and the old table is
/// locked; what was appended since is added, and the names change places, in that one transaction. Whoever waited for a lock finds the
/// new table by its name. Killed at any moment before, nothing has changed but that a table lies about that nobody reads; the next rebuild
/// drops it. All writing goes through the one connection that holds the rebuild lock: where that is lost, so is the lock, and nothing more
/// can be written.
/// </remarks>
public sealed class Rebuild(SessionConnections sessions, StoredEvents events)
{
    private const string Kept = TableNames.Evidence;
    private const string Next = $"{EvidenceProjection.Name}_next";
    private const string Made = $"{TableNames.Schema}.{Next}";

    /// <summary>The advisory lock of whoever rebuilds.</summary>
    public const int LockKey = 7_301_118;

    /// <summary>What the table is like: a change of the schema meanwhile must not be undone by a table that was made before it.</summary>
    private const string ShapeSql = $"""
        select (select string_agg(attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull, ', ' order by attnum)
                from pg_attribute where attrelid = '{Kept}'::regclass and attnum > 0 and not attisdropped)
            || coalesce((select string_agg(pg_get_indexdef(indexrelid), ', ' order by indexrelid) from pg_index where indrelid = '{Kept}'::regclass), '')
        """;

    /// <summary>Events read, and rows written, at once.</summary>
    private const int Batch = 5_000;

    /// <summary>Events that may be left for the moment in which everybody waits.</summary>
    private const int Near = 1_000;

    /// <summary>Times that the moment of the exchange is tried for, a second apart.</summary>
    private const int Attempts = 120;

    /// <summary>How long the exchange waits for those who read and write; whoever comes later waits behind it.</summary>
    private const string LockWait = "2s";

    private static readonly string Insert =
        $"insert into {Made} ({EvidenceColumns.Names}) {EvidenceColumns.Rows(x => string.Create(CultureInfo.InvariantCulture, $"${x + 1}"))}";

    private long _events;
    private long _rows;

    /// <summary>Rebuilds.</summary>
    /// <exception cref="OperatorException">Another rebuild is under way, or the schema changed meanwhile.</exception>
    public async Task<Rebuilt> RunAsync(IProgress<Progress> progress, CancellationToken cancellation)
    {
        await using var connection = await sessions.OpenAsync(cancellation);
        if (!await ValueAsync<bool>(connection, $"select pg_try_advisory_lock({LockKey})", cancellation))
        {
            throw new OperatorException("Another rebuild is under way. Nothing was changed.");
        }

        try
        {
            var shape = await ValueAsync<string>(connection, ShapeSql, cancellation);
            await ExecuteAsync(connection, $"set statement_timeout = 0; drop table if exists {Made}; "
                + $"create table {Made} (like {Kept} including all excluding indexes)", cancellation);
            var at = await FillAsync(connection, 0, progress, cancellation);
            progress.Report(new Progress("indexes", 0, 1));
            var indexes = await IndexAsync(connection, cancellation);
            for (var attempt = 1; ; attempt++)
            {
                at = await FillAsync(connection, at, progress, cancellation);
                progress.Report(new Progress("exchange", attempt, Attempts));
                if (await ExchangeAsync(connection, at, shape, indexes, cancellation) is { } position)
                {
                    return new Rebuilt(_events, _rows, position);
                }

                if (attempt == Attempts)
                {
                    throw new OperatorException("The evidence is never free for a moment: somebody holds it with a long query. Nothing was changed.");
                }

                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }
        finally
        {
            if (connection.State == System.Data.ConnectionState.Open)
            {
                // The end of the session would release the lock too, a moment after this call has returned.
                await ValueAsync<bool>(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None);
            }
        }
    }

    /// <summary>Makes rows until the ledger's end is near.</summary>
    /// <returns>The position up to which every event has been used.</returns>
    private async Task<long> FillAsync(NpgsqlConnection connection, long at, IProgress<Progress> progress, CancellationToken cancellation)
    {
        while (true)
        {
            var end = await ValueAsync<long>(connection, LedgerEnd.Sql, cancellation);
            if (end - at <= Near)
            {
                return at;
            }

            at = await UseAsync(connection, at, end, cancellation);
            progress.Report(new Progress("rows", at, end));
        }
    }

    /// <summary>Makes rows of one batch of events.</summary>
    /// <returns>The position up to which every event has been used.</returns>
    private async Task<long> UseAsync(NpgsqlConnection connection, long at, long upTo, CancellationToken cancellation)
    {
        var batch = await events.ReadAsync(at, upTo, Batch, cancellation);
        var rows = EvidenceRow.Of(batch);
        if (rows.Count > 0)
        {
            await using var insert = new NpgsqlCommand(Insert, connection);
            foreach (var column in EvidenceColumns.Values(rows))
            {
                insert.Parameters.AddWithValue(column);
            }

            await insert.ExecuteNonQueryAsync(cancellation);
        }

        _events += batch.Count;
        _rows += rows.Count;
        return batch.Count == Batch ? batch[^1].Position : upTo;
    }

    /// <summary>Gives the new table the indexes of the old one, under names of their own until they change places.</summary>
    private static async Task<IReadOnlyList<Index>> IndexAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var indexes = new List<Index>();
        await using (var command = new NpgsqlCommand($"""
            select c.relname, i.indisprimary, pg_get_indexdef(i.indexrelid), pg_get_constraintdef(k.oid) from pg_index i
            join pg_class c on c.oid = i.indexrelid left join pg_constraint k on k.conindid = i.indexrelid and k.contype = 'p'
            where i.indrelid = '{Kept}'::regclass order by i.indisprimary desc, c.relname
            """, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                var definition = reader.GetString(2);
                indexes.Add(new Index(reader.GetString(0), reader.GetBoolean(1)
                    ? $"alter table {Made} add constraint \"next_{reader.GetString(0)}\" {reader.GetString(3)}"
                    : $"create {(definition.StartsWith("CREATE UNIQUE", StringComparison.Ordinal) ? "unique " : "")}index \"next_{reader.GetString(0)}\" "
                        + $"on {Made}{definition[definition.IndexOf(" USING ", StringComparison.Ordinal)..]}"));
            }
        }

        foreach (var index in indexes)
        {
            await ExecuteAsync(connection, index.Make, cancellation);
        }

        await ExecuteAsync(connection, $"analyze {Made}", cancellation);
        return indexes;
    }

    /// <summary>The new table takes the old one's place.</summary>
    /// <returns>The ledger's end at which it did; null where the old one was not free.</returns>
    private async Task<long?> ExchangeAsync(
        NpgsqlConnection connection, long at, string shape, IReadOnlyList<Index> indexes, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            // In the order in which an append takes them, so that neither waits for the other for ever. Nor may a service that starts be
            // comparing the tables just now.
            await ExecuteAsync(connection, $"set local lock_timeout = '{LockWait}'; select pg_advisory_xact_lock({Schema.TablesLock}); {AppendLock.Take}; "
                + $"lock table {Kept} in access exclusive mode", cancellation);
        }
        catch (PostgresException busy) when (busy.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return null;
        }

        var end = await ValueAsync<long>(connection, LedgerEnd.Sql, cancellation);
        if (shape != await ValueAsync<string>(connection, ShapeSql, cancellation))
        {
            throw new OperatorException("The schema changed while the rebuild ran. Nothing was changed; start it again.");
        }

        if (end - at > Batch)
        {
            // Too much came while we waited for everybody to make them all wait for it: first catch up.
            return null;
        }

        while (at < end)
        {
            at = await UseAsync(connection, at, end, cancellation);
        }

        await ExecuteAsync(connection, $"{Schema.RebuiltSql}; "
            + $"drop table {Kept}; alter table {Made} rename to {EvidenceProjection.Name}; "
            + string.Join("; ", indexes.Select(x => $"alter index {TableNames.Schema}.\"next_{x.Name}\" rename to \"{x.Name}\"")), cancellation);
        await transaction.CommitAsync(cancellation);
        return end;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<T> ValueAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private sealed record Index(string Name, string Make);
}
