using System.Globalization;
using Ledger.Questions;
using Ledger.Store;
using Npgsql;
using NpgsqlTypes;

namespace Ledger.Export;

/// <summary>A snapshot that was taken.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Basis">Its basis.</param>
/// <param name="Rows">Rows of each table.</param>
public sealed record Snapshot(long Number, Basis Basis, IReadOnlyDictionary<string, long> Rows);

/// <summary>Takes snapshots of the tables for analysts, for the views of the schema analytics.</summary>
/// <remarks>A snapshot is one transaction: its rows, its line among the snapshots, and the end of those that are too many. Killed anywhere
/// it has changed nothing, and the views show the former one.</remarks>
public sealed class Snapshots(NpgsqlDataSource database, Sources sources, AnalyticsSettings settings, TimeProvider clock)
{
    /// <summary>Number of the advisory lock of whoever takes a snapshot; held by its transaction.</summary>
    private const int Lock = 7301118;

    /// <summary>Time that one batch of rows may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Takes a snapshot.</summary>
    /// <param name="clocks">The clocks, as for questions.</param>
    /// <param name="progress">Its progress.</param>
    /// <param name="cancellation">Cancels it; nothing has changed then.</param>
    /// <returns>Null where another node is at it.</returns>
    public async Task<Snapshot?> TakeAsync(ClockParameters clocks, IProgress<Progress>? progress, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await ScalarAsync<bool>(connection, string.Create(CultureInfo.InvariantCulture, $"select pg_try_advisory_xact_lock({Lock})"),
            cancellation))
        {
            return null;
        }

        var basis = await ExportBasis.ResolveAsync(sources, clocks, cancellation);
        var firstYear = Math.Min(AnalystTables.FirstYear, basis.Read.AsOf.Year);
        var number = await AddAsync(connection, basis.Named, firstYear, cancellation);
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in AnalystTables.All)
        {
            rows[table.Name] = await CopyAsync(
                connection, number, table, new TableReading(sources, basis.Read, firstYear, progress), cancellation);
        }

        await ExecuteAsync(connection, $"""
            delete from {TableNames.Snapshots} where snapshot not in (
              select snapshot from {TableNames.Snapshots} order by snapshot desc limit {Math.Max(1, settings.Keep)})
            """, cancellation);
        foreach (var table in AnalystTables.All)
        {
            var stored = AnalyticsSchema.RowsOf(table);
            await ExecuteAsync(connection,
                $"delete from {stored} where snapshot not in (select snapshot from {TableNames.Snapshots}); analyze {stored}",
                cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return new Snapshot(number, basis.Named, rows);
    }

    /// <summary>Whether the newest snapshot is of another day than today or, where asked, of another position.</summary>
    /// <param name="alsoOfPosition">Whether an event since then makes it old.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public async Task<bool> IsDueAsync(bool alsoOfPosition, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"select as_of, position from {TableNames.Snapshots} order by snapshot desc limit 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)
            || reader.GetFieldValue<DateOnly>(0) != DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime))
        {
            return true;
        }

        return alsoOfPosition
            && reader.GetInt64(1) != (await ExportBasis.ResolveAsync(sources, new ClockParameters(), cancellation)).Named.Position;
    }

    private async Task<long> AddAsync(NpgsqlConnection connection, Basis basis, int firstYear, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            insert into {TableNames.Snapshots} (taken_at, as_of, position, known_at, method, first_year)
            values ($1, $2, $3, $4, $5, $6) returning snapshot
            """, connection);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(basis.AsOf);
        command.Parameters.AddWithValue(basis.Position);
        command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (object?)basis.KnownAt ?? DBNull.Value);
        command.Parameters.AddWithValue(basis.Method.Number);
        command.Parameters.AddWithValue(firstYear);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Writes the rows while they are folded: none of them waits in memory.</summary>
    private static async Task<long> CopyAsync(
        NpgsqlConnection connection, long number, Table table, TableReading reading, CancellationToken cancellation)
    {
        NpgsqlDbType[] types = [.. table.Columns.Select(x => TypeOf(x.Type))];
        var columns = string.Join(", ", table.Columns.Select(x => x.Name));
        await using var copy = await connection.BeginBinaryImportAsync(
            $"copy {AnalyticsSchema.RowsOf(table)} (snapshot, {columns}) from stdin (format binary)", cancellation);
        copy.Timeout = Patience;
        long rows = 0;
        await foreach (var cells in table.RowsAsync(reading, cancellation))
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(number, NpgsqlDbType.Bigint, cancellation);
            for (var i = 0; i < cells.Length; i++)
            {
                if (cells[i] is { } cell)
                {
                    await copy.WriteAsync(cell, types[i], cancellation);
                }
                else
                {
                    await copy.WriteNullAsync(cancellation);
                }
            }

            rows++;
        }

        await copy.CompleteAsync(cancellation);
        return rows;
    }

    private static NpgsqlDbType TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text => NpgsqlDbType.Text,
        ColumnType.Texts => NpgsqlDbType.Array | NpgsqlDbType.Text,
        ColumnType.Whole or ColumnType.Position => NpgsqlDbType.Bigint,
        ColumnType.Flag => NpgsqlDbType.Boolean,
        ColumnType.Day => NpgsqlDbType.Date,
        ColumnType.Time => NpgsqlDbType.TimestampTz,
        ColumnType.Amount => NpgsqlDbType.Numeric,
        ColumnType.EventId => NpgsqlDbType.Uuid,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A type of column that PostgreSQL is not told."),
    };

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, FormattableString sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql.ToString(CultureInfo.InvariantCulture), connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
