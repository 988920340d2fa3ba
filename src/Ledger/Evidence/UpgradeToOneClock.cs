using System.Globalization;
using Ledger.Facts;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>The upgrade of the data from version 1 to 2. In version 1 an asynchronous projection wrote the rows of evidence after their
/// events, and recorded which position was complete at which time. From version 2 on a row is written in the transaction of its event, and
/// times come from one clock. The upgrade writes the rows that are missing, and records the end of the times that may fall.</summary>
/// <remarks>A node of version 1 that still runs cannot do harm: each of its posts fails at the <see cref="AppendFence"/> (500), and its
/// projection fails before the commit, since a table that it writes to is dropped. The projection's progress is kept, so that the node's
/// responses name the position that they are of; the node reports not ready half a minute after the next event.</remarks>
public sealed class UpgradeToOneClock(StoredEvents events) : Upgrade
{
    /// <summary>Events that are read, and whose rows are written, in one batch.</summary>
    private const int Batch = 5_000;

    /// <summary>The number of reports without a row and rows without a report. Parameters as of
    /// <see cref="StoredEvents.PositionsSql"/>.</summary>
    private static readonly string UnpairedSql = $"""
        select count(*) from ({StoredEvents.PositionsSql}) report
        full join {TableNames.Evidence} existing on existing.position = report.position
        where existing.position is null or report.position is null
        """;

    private static readonly string Insert = EvidenceColumns.InsertInto(TableNames.Evidence);

    public override int From => 1;

    public override string Summary =>
        "evidence is completed up to the ledger's end, and written with its event from now on; times come from one clock.";

    /// <summary>The seal first: the same lock order as the questions of version 1.</summary>
    public override IReadOnlyList<string> Drops =>
        [$"table {TableNames.Schema}.knowledge_seal", $"table {TableNames.Schema}.knowledge_marks"];

    public override async Task<bool> RunAsync(NpgsqlTransaction transaction, Action<string> print, CancellationToken cancellation)
    {
        // Waits for a running batch of the projection, so that rows and progress are consistent.
        await using (var tableLock = Command(transaction, $"lock table {TableNames.Evidence} in share row exclusive mode"))
        {
            await tableLock.ExecuteNonQueryAsync(cancellation);
        }

        var used = await ValueAsync<long>(transaction, ProjectionProgress.UsedSql, cancellation);
        var end = await ValueAsync<long>(transaction, LedgerEnd.Sql, cancellation);
        var rows = await CompleteAsync(transaction, used, end, cancellation);
        print(string.Create(CultureInfo.InvariantCulture,
            $"{rows} rows of evidence made of the events after position {used}; the ledger's end is {end}."));
        await using (var done = Command(transaction, ProjectionProgress.CompleteSql(end)))
        {
            await done.ExecuteNonQueryAsync(cancellation);
        }

        await using var count = Command(transaction, UnpairedSql);
        count.Parameters.AddWithValue(0L);
        count.Parameters.AddWithValue(long.MaxValue);
        count.Parameters.AddWithValue(EventTypes.Reports.Values.Select(x => x.Name).ToArray());
        var unpaired = (long)(await count.ExecuteScalarAsync(cancellation))!;
        if (unpaired > 0)
        {
            print(string.Create(CultureInfo.InvariantCulture,
                $"The evidence from before differs from the reports at {unpaired} positions: it is to be made anew."));
        }

        return unpaired > 0;
    }

    /// <summary>Writes the rows of the events after a position.</summary>
    /// <returns>The number of rows.</returns>
    private async Task<long> CompleteAsync(NpgsqlTransaction transaction, long used, long end, CancellationToken cancellation)
    {
        await using (var strays = Command(transaction, $"delete from {TableNames.Evidence} where position > $1"))
        {
            // Normally none: the projection commits its rows together with its progress.
            strays.Parameters.AddWithValue(used);
            await strays.ExecuteNonQueryAsync(cancellation);
        }

        var written = 0L;
        var moved = new MovedReports();
        for (var at = used; at < end;)
        {
            var batch = await events.ReadAsync(at, end, Batch, cancellation, transaction.Connection);
            var rows = EvidenceRow.Of(batch, moved);
            if (rows.Count > 0)
            {
                await using var insert = Command(transaction, Insert);
                foreach (var column in EvidenceColumns.Values(rows))
                {
                    insert.Parameters.AddWithValue(column);
                }

                written += await insert.ExecuteNonQueryAsync(cancellation);
            }

            at = batch.Count == Batch ? batch[^1].Position : end;
        }

        return written;
    }

    private static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql) =>
        new(sql, transaction.Connection, transaction) { CommandTimeout = 0 };

    private static async Task<T> ValueAsync<T>(NpgsqlTransaction transaction, string sql, CancellationToken cancellation)
    {
        await using var command = Command(transaction, sql);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
