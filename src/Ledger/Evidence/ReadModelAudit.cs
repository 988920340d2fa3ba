using Ledger.Facts;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>The result of the audit of a read model.</summary>
/// <param name="Verified">Up to this position every report was compared with the read model.</param>
/// <param name="Missing">Number of reports without a row.</param>
/// <param name="Surplus">Number of rows without a report.</param>
/// <param name="First">The lowest position of either; null where there is none.</param>
public sealed record AuditResult(long Verified, long Missing, long Surplus, long? First)
{
    /// <summary>Whether every report has its row and every row its report.</summary>
    public bool IsComplete => Missing == 0 && Surplus == 0;
}

/// <summary>The audit of the read model: checks continuously that every report has its row, and every row its report. Positions are divided
/// into ranges. Each counting pass counts the range at the end of the ledger, one earlier range in rotation, and those found incomplete
/// before. So the cost of a pass does not grow with the ledger, and a row that is lost later is found within one rotation. Results are kept
/// in memory only: a node that starts counts everything again.</summary>
public sealed class ReadModelAudit(NpgsqlDataSource database, LedgerMetrics metrics, ILogger<ReadModelAudit> log) : BackgroundService
{
    /// <summary>Number of positions in a range, which one query counts in some 20 ms.</summary>
    public const long RangeLength = 20_000;

    private const int IncompletePerPass = 10;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Pause between two passes until the first complete count after the start.</summary>
    private static readonly TimeSpan EveryAtStart = TimeSpan.FromMilliseconds(200);

    /// <summary>Counts the differences in a range. Every report must have a row; other events have none. One statement is one snapshot, and
    /// a row is committed together with its event, so a difference is never a transient state.</summary>
    private static readonly string Sql = $"""
        with report as ({StoredEvents.PositionsSql}),
        existing as (select position from {TableNames.Evidence} where position > $1 and position <= $2)
        select least($2, ({LedgerEnd.Sql})),
               count(*) filter (where existing.position is null), count(*) filter (where report.position is null),
               min(coalesce(report.position, existing.position))
        from report full join existing on existing.position = report.position where report.position is null or existing.position is null
        """;

    private static readonly string[] Types = [.. EventTypes.Reports.Values.Select(x => x.Name)];

    /// <summary>The incomplete ranges, by number.</summary>
    private readonly SortedDictionary<long, Found> _incomplete = [];

    /// <summary>Held for a counting pass: passes run one at a time.</summary>
    private readonly SemaphoreSlim _onePass = new(1);
    private long _verified;
    private long _nextRecount;

    /// <summary>The result of the last pass.</summary>
    public AuditResult Last { get; private set; } = new(0, 0, 0, null);

    /// <summary>Why the last pass failed although the database was reachable, such as a missing table or privilege; null where it did
    /// not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Runs one counting pass.</summary>
    /// <returns>True where the end of the ledger was reached.</returns>
    public async Task<bool> CountOnceAsync(CancellationToken cancellation)
    {
        await _onePass.WaitAsync(cancellation);
        try
        {
            foreach (var range in _incomplete.Keys.Take(IncompletePerPass).ToList())
            {
                await CountAsync(range, cancellation);
            }

            var end = (_verified / RangeLength * RangeLength) + RangeLength;
            // After a restore of a backup the end of the ledger is lower, and so is the verified position.
            _verified = await CountAsync(_verified / RangeLength, cancellation);
            var ranges = _verified / RangeLength;
            _nextRecount = _nextRecount < ranges ? _nextRecount : 0;
            if (_nextRecount < ranges)
            {
                await CountAsync(_nextRecount++, cancellation);
            }

            Publish();
            return _verified < end;
        }
        finally
        {
            _onePass.Release();
        }
    }

    /// <summary>Counts one range.</summary>
    /// <returns>The end of the range, or of the ledger if that is lower.</returns>
    private async Task<long> CountAsync(long range, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(range * RangeLength);
        command.Parameters.AddWithValue((range + 1) * RangeLength);
        command.Parameters.AddWithValue(Types);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var found = new Found(reader.GetInt64(1), reader.GetInt64(2), reader.IsDBNull(3) ? 0 : reader.GetInt64(3));
        if (found is { Missing: 0, Surplus: 0 })
        {
            _incomplete.Remove(range);
        }
        else
        {
            _incomplete[range] = found;
        }

        return reader.GetInt64(0);
    }

    private void Publish()
    {
        var before = Last;
        Last = new AuditResult(_verified, _incomplete.Values.Sum(x => x.Missing), _incomplete.Values.Sum(x => x.Surplus),
            _incomplete.Count == 0 ? null : _incomplete.First().Value.First);
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
            await Task.Delay(caughtUp ? Every : EveryAtStart, stoppingToken);
            try
            {
                caughtUp = await CountOnceAsync(stoppingToken);
                Fault = null;
            }
            catch (Exception fault) when (DatabaseFault.IsAway(fault))
            {
                // DatabaseWatch logs it.
                caughtUp = true;
            }
            catch (Exception fault) when (DatabaseFault.IsSlow(fault))
            {
                // A timeout is no fault of the read model.
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
        _onePass.Dispose();
        base.Dispose();
    }

    private readonly record struct Found(long Missing, long Surplus, long First);

    private static readonly Action<ILogger, string, long, long, long, Exception?> LogIncomplete =
        LoggerMessage.Define<string, long, long, long>(
        LogLevel.Error, new EventId(1, "Incomplete"),
        "{ReadModel} lacks {Missing} reports and has {Surplus} rows without one, the first at position "
        + "{First}: answers are wrong. Run the command rebuild.");

    private static readonly Action<ILogger, string, Exception?> LogComplete = LoggerMessage.Define<string>(LogLevel.Warning,
        new EventId(2, "CompleteAgain"), "{ReadModel} is complete again.");

    private static readonly Action<ILogger, string, Exception?> LogFault = LoggerMessage.Define<string>(
        LogLevel.Error, new EventId(3, "NotCounted"),
        "The read model cannot be counted: {Reason}. Where its table is gone: the command db-apply, then the command rebuild.");

    private static readonly Action<ILogger, string, Exception?> LogSlow = LoggerMessage.Define<string>(
        LogLevel.Warning, new EventId(4, "CountedTooSlowly"),
        "The read model was not counted, since the database did not answer in time: {Reason}. It is counted again.");
}
