using System.Globalization;
using Ledger.Facts;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>From 1 to 2. Until 1 a projection made the rows of evidence some time after their events, and wrote down at which time which
/// position was settled; from 2 on a row is written with its event, and times come from one clock. So the rows that are still to be made
/// are made here, and the end of the times that may fall is written down.</summary>
/// <remarks>A node of version 1 that was forgotten: each of its posts meets the <see cref="AppendFence"/> and is answered 500; the batch of
/// its projection, which marks a time in a table that is gone, fails before it commits a row. Its progress stays, so that its answers name
/// the position they are of rather than be empty; it is not ready half a minute after the next event.</remarks>
public sealed class UpgradeToOneClock(StoredEvents events) : Upgrade
{
    /// <summary>Events read, and rows written, at once.</summary>
    private const int Batch = 5_000;

    /// <summary>Parameters as of <see cref="StoredEvents.PositionsSql"/>. What a row lacks of its report, or a report of its row.</summary>
    private static readonly string UnpairedSql = $"""
        select count(*) from ({StoredEvents.PositionsSql}) report
        full join {TableNames.Evidence} kept on kept.position = report.position where kept.position is null or report.position is null
        """;

    private static readonly string Insert =
        $"insert into {TableNames.Evidence} ({EvidenceColumns.Names}) "
        + EvidenceColumns.Rows(x => string.Create(CultureInfo.InvariantCulture, $"${x + 1}"));

    public override int From => 1;

    public override string Summary =>
        "evidence is completed up to the ledger's end, and written with its event from now on; times come from one clock.";

    /// <summary>The seal first, as whoever asked about a time locked it first.</summary>
    public override IReadOnlyList<string> Drops => [$"table {TableNames.Schema}.knowledge_seal", $"table {TableNames.Schema}.knowledge_marks"];

    public override async Task<bool> RunAsync(NpgsqlTransaction transaction, Action<string> print, CancellationToken cancellation)
    {
        // A batch of a projection that still runs is waited for: rows and progress are then of one moment.
        await using (var still = Command(transaction, $"lock table {TableNames.Evidence} in share row exclusive mode"))
        {
            await still.ExecuteNonQueryAsync(cancellation);
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

    /// <summary>Makes the rows of the events after a position.</summary>
    /// <returns>How many.</returns>
    private async Task<long> CompleteAsync(NpgsqlTransaction transaction, long used, long end, CancellationToken cancellation)
    {
        await using (var strays = Command(transaction, $"delete from {TableNames.Evidence} where position > $1"))
        {
            // None, unless somebody wrote there by hand: the projection commits its rows with its progress.
            strays.Parameters.AddWithValue(used);
            await strays.ExecuteNonQueryAsync(cancellation);
        }

        var made = 0L;
        for (var at = used; at < end;)
        {
            var batch = await events.ReadAsync(at, end, Batch, cancellation, transaction.Connection);
            var rows = EvidenceRow.Of(batch);
            if (rows.Count > 0)
            {
                await using var insert = Command(transaction, Insert);
                foreach (var column in EvidenceColumns.Values(rows))
                {
                    insert.Parameters.AddWithValue(column);
                }

                made += await insert.ExecuteNonQueryAsync(cancellation);
            }

            at = batch.Count == Batch ? batch[^1].Position : end;
        }

        return made;
    }

    private static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql) =>
        new(sql, transaction.Connection, transaction) { CommandTimeout = 0 };

    private static async Task<T> ValueAsync<T>(NpgsqlTransaction transaction, string sql, CancellationToken cancellation)
    {
        await using var command = Command(transaction, sql);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
