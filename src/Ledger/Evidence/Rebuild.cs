using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>The result of a rebuild.</summary>
/// <param name="Events">Number of events that were read.</param>
/// <param name="Rows">Number of rows that were written.</param>
/// <param name="Position">The end of the ledger when the new table replaced the old one.</param>
public sealed record Rebuilt(long Events, long Rows, long Position);

/// <summary>Rebuilds the evidence from the events in a new table, while the service reads and writes the old one.</summary>
/// <remarks>
/// The last transaction takes the append lock and locks the old table, adds the rows of the newest events, drops the old table and renames
/// the new one; a statement that waited for the table's lock finds the new table by its name. A rebuild that is killed before that commit
/// leaves only an unused table, which the next rebuild drops. All writing uses the connection that holds the rebuild lock (a session-level
/// advisory lock): if the connection is lost, so is the lock, and nothing more is written.
/// </remarks>
public sealed class Rebuild(SessionConnections sessions, StoredEvents events)
{
    private const string OldTable = TableNames.Evidence;
    private const string NewTable = TableNames.EvidenceNext;

    /// <summary>Key of the rebuild lock, an advisory lock that a rebuild holds from beginning to end.</summary>
    public const int LockKey = 7_301_118;

    /// <summary>The table's columns and indexes, compared before the exchange: a change of the schema during the rebuild must not be
    /// undone.</summary>
    private const string ShapeSql = $"""
        select (select string_agg(attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull, ', ' order by attnum)
                from pg_attribute where attrelid = '{OldTable}'::regclass and attnum > 0 and not attisdropped)
            || coalesce((select string_agg(pg_get_indexdef(indexrelid), ', ' order by indexrelid)
                from pg_index where indrelid = '{OldTable}'::regclass), '')
        """;

    /// <summary>Events that are read, and whose rows are written, in one batch.</summary>
    private const int Batch = 5_000;

    /// <summary>Events that may be left for the last transaction, during which appends wait.</summary>
    private const int FewLeft = 1_000;

    /// <summary>Attempts to lock the old table for the exchange, a second apart.</summary>
    private const int Attempts = 120;

    /// <summary>How long an attempt waits for the locks. Readers and writers that come later wait behind it.</summary>
    private const string LockWait = "2s";

    private static readonly string Insert = EvidenceColumns.InsertInto(NewTable);

    private readonly MovedReports _moved = new();
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
            await ExecuteAsync(connection, $"set statement_timeout = 0; drop table if exists {NewTable}; "
                + $"create table {NewTable} (like {OldTable} including all excluding indexes)", cancellation);
            var at = await FillAsync(connection, 0, progress, cancellation);
            progress.Report(new Progress("indexes", 0, 1));
            var indexes = await CreateIndexesAsync(connection, cancellation);
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
                    throw new OperatorException(
                        "The evidence is never free for a moment: somebody holds it with a long query. Nothing was changed.");
                }

                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }
        finally
        {
            if (connection.State == System.Data.ConnectionState.Open)
            {
                // Released here, since the end of the session would release it only after this call has returned.
                await ValueAsync<bool>(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None);
            }
        }
    }

    /// <summary>Writes rows until at most <see cref="FewLeft"/> positions are left.</summary>
    /// <returns>The position up to which all events are projected.</returns>
    private async Task<long> FillAsync(NpgsqlConnection connection, long at, IProgress<Progress> progress, CancellationToken cancellation)
    {
        while (true)
        {
            var end = await ValueAsync<long>(connection, LedgerEnd.Sql, cancellation);
            if (end - at <= FewLeft)
            {
                return at;
            }

            at = await ProjectAsync(connection, at, end, cancellation);
            progress.Report(new Progress("rows", at, end));
        }
    }

    /// <summary>Writes the rows of one batch of events.</summary>
    /// <returns>The position up to which all events are projected.</returns>
    private async Task<long> ProjectAsync(NpgsqlConnection connection, long at, long upTo, CancellationToken cancellation)
    {
        var batch = await events.ReadAsync(at, upTo, Batch, cancellation);
        var rows = EvidenceRow.Of(batch, _moved);
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

    /// <summary>Creates the indexes of the old table on the new one, under temporary names until the exchange.</summary>
    private static async Task<IReadOnlyList<Index>> CreateIndexesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var indexes = new List<Index>();
        await using (var command = new NpgsqlCommand($"""
            select c.relname, i.indisprimary, pg_get_indexdef(i.indexrelid), pg_get_constraintdef(k.oid) from pg_index i
            join pg_class c on c.oid = i.indexrelid left join pg_constraint k on k.conindid = i.indexrelid and k.contype = 'p'
            where i.indrelid = '{OldTable}'::regclass order by i.indisprimary desc, c.relname
            """, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                var definition = reader.GetString(2);
                indexes.Add(new Index(reader.GetString(0), reader.GetBoolean(1)
                    ? $"alter table {NewTable} add constraint \"next_{reader.GetString(0)}\" {reader.GetString(3)}"
                    : $"create {(definition.StartsWith("CREATE UNIQUE", StringComparison.Ordinal) ? "unique " : "")}index "
                        + $"\"next_{reader.GetString(0)}\" on {NewTable}"
                        + definition[definition.IndexOf(" USING ", StringComparison.Ordinal)..]));
            }
        }

        foreach (var index in indexes)
        {
            await ExecuteAsync(connection, index.Create, cancellation);
        }

        await ExecuteAsync(connection, $"analyze {NewTable}", cancellation);
        return indexes;
    }

    /// <summary>Replaces the old table by the new one, in one transaction.</summary>
    /// <returns>The end of the ledger at that moment; null where the locks were not free, or too many events are left.</returns>
    private async Task<long?> ExchangeAsync(
        NpgsqlConnection connection, long at, string shape, IReadOnlyList<Index> indexes, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            // In the order in which an append takes them, which avoids deadlocks. The schema lock excludes a service that starts and
            // compares the tables.
            await ExecuteAsync(connection, $"set local lock_timeout = '{LockWait}'; "
                + $"select pg_advisory_xact_lock({Schema.TablesLock}); {AppendLock.Take}; "
                + $"lock table {OldTable} in access exclusive mode", cancellation);
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
            // Too many events were appended during the wait for the locks: catch up without them first.
            return null;
        }

        while (at < end)
        {
            at = await ProjectAsync(connection, at, end, cancellation);
        }

        await ExecuteAsync(connection, $"{Schema.RebuiltSql}; "
            + $"drop table {OldTable}; alter table {NewTable} rename to {EvidenceProjection.Name}; "
            + string.Join("; ", indexes.Select(x => $"alter index {TableNames.Schema}.\"next_{x.Name}\" rename to \"{x.Name}\"")),
            cancellation);
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

    private sealed record Index(string Name, string Create);
}
