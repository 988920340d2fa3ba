using Ledger.Facts;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>What has been counted of a read model.</summary>
/// <param name="Verified">Up to this position every report has been looked for in it.</param>
/// <param name="Missing">Reports that it lacks.</param>
/// <param name="Surplus">Rows that it has without a report.</param>
/// <param name="First">The lowest position of either; null where there is none.</param>
public sealed record Counted(long Verified, long Missing, long Surplus, long? First)
{
    public bool IsComplete => Missing == 0 && Surplus == 0;
}

/// <summary>Proves, over and over, that every report has its row in the read model, and every row its report: counted, not
/// trusted. Positions are taken in stretches; each turn counts the stretch at the end, one of the old ones in rotation, and those that
/// were found wanting. So a turn costs the same however long the ledger is, and what is lost behind our back is found within one round.
/// What was verified is remembered in memory: a node that starts believes nobody.</summary>
public sealed class ReadModelAudit(NpgsqlDataSource database, LedgerMetrics metrics, ILogger<ReadModelAudit> log) : BackgroundService
{
    /// <summary>Positions that are counted in one query, some 20 ms.</summary>
    public const long Stretch = 20_000;

    private const int WantingPerTurn = 10;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Pause between two turns of a node that has just started and has all of the ledger to count.</summary>
    private static readonly TimeSpan EveryAtFirst = TimeSpan.FromMilliseconds(200);

    /// <summary>A row is expected for each kind of report; other events are the catalogue's, the editions' and the store's. One statement is one
    /// snapshot, and a row is committed together with its event: what is not there then is missing.</summary>
    private static readonly string Sql = $"""
        with report as ({StoredEvents.PositionsSql}),
        kept as (select position from {TableNames.Evidence} where position > $1 and position <= $2)
        select least($2, ({LedgerEnd.Sql})), count(*) filter (where kept.position is null), count(*) filter (where report.position is null),
               min(coalesce(report.position, kept.position))
        from report full join kept on kept.position = report.position where report.position is null or kept.position is null
        """;

    private static readonly string[] Types = [.. EventTypes.Reports.Values.Select(x => x.Name)];

    /// <summary>What was found wanting, by the number of its stretch.</summary>
    private readonly SortedDictionary<long, Found> _wanting = [];

    private readonly SemaphoreSlim _turn = new(1);
    private long _verified;
    private long _again;

    /// <summary>What is known at the moment.</summary>
    public Counted Last { get; private set; } = new(0, 0, 0, null);

    /// <summary>Why the last turn could not count although the database was there: a table that is gone, a right that was taken. Null where it could.</summary>
    public string? Fault { get; private set; }

    /// <summary>One turn of counting.</summary>
    /// <returns>True where the ledger's end was reached.</returns>
    public async Task<bool> TurnAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            foreach (var stretch in _wanting.Keys.Take(WantingPerTurn).ToList())
            {
                await CountAsync(stretch, cancellation);
            }

            var end = (_verified / Stretch * Stretch) + Stretch;
            // Where a backup was restored beneath us, the end is set back, and so is what was verified.
            _verified = await CountAsync(_verified / Stretch, cancellation);
            var stretches = _verified / Stretch;
            _again = _again < stretches ? _again : 0;
            if (_again < stretches)
            {
                await CountAsync(_again++, cancellation);
            }

            Publish();
            return _verified < end;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Counts one stretch.</summary>
    /// <returns>Up to where there was something to count.</returns>
    private async Task<long> CountAsync(long stretch, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(stretch * Stretch);
        command.Parameters.AddWithValue((stretch + 1) * Stretch);
        command.Parameters.AddWithValue(Types);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var found = new Found(reader.GetInt64(1), reader.GetInt64(2), reader.IsDBNull(3) ? 0 : reader.GetInt64(3));
        if (found is { Missing: 0, Surplus: 0 })
        {
            _wanting.Remove(stretch);
        }
        else
        {
            _wanting[stretch] = found;
        }

        return reader.GetInt64(0);
    }

    private void Publish()
    {
        var before = Last;
        Last = new Counted(_verified, _wanting.Values.Sum(x => x.Missing), _wanting.Values.Sum(x => x.Surplus),
            _wanting.Count == 0 ? null : _wanting.First().Value.First);
        if (!Last.IsComplete && (Last.Missing, Last.Surplus, Last.First) != (before.Missing, before.Surplus, before.First))
        {
            LogIncomplete(log, EvidenceProjection.Name, Last.Missing, Last.Surplus, Last.First!.Value, null);
        }
        else if (Last.IsComplete && !before.IsComplete)
        {
            LogComplete(log, EvidenceProjection.Name, null);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ObserveCompleteness(() => (Last.Verified, Last.Missing, Last.Surplus));
        var caughtUp = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(caughtUp ? Every : EveryAtFirst, stoppingToken);
            try
            {
                caughtUp = await TurnAsync(stoppingToken);
                Fault = null;
            }
            catch (Exception fault) when (DatabaseFault.IsAway(fault))
            {
                // DatabaseWatch says so.
                caughtUp = true;
            }
            catch (Exception fault) when (DatabaseFault.IsSlow(fault))
            {
                // Not counted this time is no fault of the read model.
                LogSlow(log, fault.GetBaseException().Message, null);
                caughtUp = true;
            }
            catch (PostgresException fault)
            {
                Fault = fault.MessageText;
                LogFault(log, fault.MessageText, null);
                caughtUp = true;
            }
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    private readonly record struct Found(long Missing, long Surplus, long First);

    private static readonly Action<ILogger, string, long, long, long, Exception?> LogIncomplete = LoggerMessage.Define<string, long, long, long>(
        LogLevel.Error, new EventId(1, "Incomplete"), "{ReadModel} lacks {Missing} reports and has {Surplus} rows without one, the first at position "
        + "{First}: answers are wrong. Run the command rebuild.");

    private static readonly Action<ILogger, string, Exception?> LogComplete = LoggerMessage.Define<string>(LogLevel.Warning,
        new EventId(2, "CompleteAgain"), "{ReadModel} is complete again.");

    private static readonly Action<ILogger, string, Exception?> LogFault = LoggerMessage.Define<string>(LogLevel.Error, new EventId(3, "NotCounted"),
        "The read model cannot be counted: {Reason}. Where its table is gone: the command db-apply, then the command rebuild.");

    private static readonly Action<ILogger, string, Exception?> LogSlow = LoggerMessage.Define<string>(LogLevel.Warning, new EventId(4, "CountedTooSlowly"),
        "The read model was not counted, since the database did not answer in time: {Reason}. It is counted again.");
}
