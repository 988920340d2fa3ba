using Ledger.Problems;
using Npgsql;

namespace Ledger.Store;

/// <summary>How this node stands to the database.</summary>
/// <param name="End">The ledger's end.</param>
/// <param name="ClockOffset">This node's clock less the database's; what the round trip can explain is left out.</param>
/// <param name="NeedsRebuild">An upgrade left rows of the read model that lack something, and no rebuild has ended since.</param>
public sealed record DatabaseState(long End, TimeSpan ClockOffset, bool NeedsRebuild)
{
    /// <summary>The clocks differ by more than a node may be off: what it calls today, or expired, is not what the ledger calls so.</summary>
    public bool IsClockOff => ClockOffset.Duration() > Limits.ClockOffset;
}

/// <summary>Looks at the database every few seconds, and whenever somebody asks for /health/ready: is it there, and how far is its clock from ours.</summary>
public sealed class DatabaseWatch(NpgsqlDataSource database, Outage outage, TimeProvider clock, LedgerMetrics metrics, ILogger<DatabaseWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private static readonly string Sql = $"""
        select clock_timestamp(), ({LedgerEnd.Sql}), coalesce((select rebuild_needed from {TableNames.SchemaVersion}), false)
        """;

    private DatabaseState _last = new(0, TimeSpan.Zero, false);
    private bool _off;

    /// <summary>Asks the database. One that does not answer within 4 s is away, for whoever asks whether the service is ready.</summary>
    public async Task<DatabaseState> LookAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 4 };
        var before = clock.GetUtcNow();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var after = clock.GetUtcNow();
        await reader.ReadAsync(cancellation);
        var theirs = reader.GetFieldValue<DateTimeOffset>(0);
        var offset = theirs < before ? before - theirs : theirs > after ? after - theirs : TimeSpan.Zero;
        _last = new DatabaseState(reader.GetInt64(1), offset, reader.GetBoolean(2));
        Tell(_last);
        return _last;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ObserveClock(() => _last.ClockOffset.TotalSeconds);
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var state = await LookAsync(stoppingToken);
                if (outage.End())
                {
                    LogBack(log, state.End, null);
                }
            }
            catch (Exception away) when (DatabaseFault.IsAway(away))
            {
                LogAway(log, away.GetBaseException().Message, null);
                outage.Begin();
            }
            catch (Exception slow) when (DatabaseFault.IsSlow(slow))
            {
                // No outage: whatever else goes wrong meanwhile is news, and nothing is muted.
                LogSlow(log, slow.GetBaseException().Message, null);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFault(log, fault);
            }
        }
    }

    /// <summary>Says once that the clocks went apart, and once that they came together.</summary>
    private void Tell(DatabaseState state)
    {
        if (state.IsClockOff == Interlocked.Exchange(ref _off, state.IsClockOff))
        {
            return;
        }

        if (state.IsClockOff)
        {
            LogClockOff(log, state.ClockOffset.TotalSeconds, null);
        }
        else
        {
            LogClockGood(log, null);
        }
    }

    private static readonly Action<ILogger, string, Exception?> LogAway = LoggerMessage.Define<string>(LogLevel.Warning, new EventId(1, "Away"),
        "The database is away: {Reason}. What the libraries say of it is left out from here on.");

    private static readonly Action<ILogger, long, Exception?> LogBack = LoggerMessage.Define<long>(LogLevel.Warning, new EventId(2, "Back"),
        "The database is there again. The ledger's end is {End}.");

    private static readonly Action<ILogger, string, Exception?> LogSlow = LoggerMessage.Define<string>(LogLevel.Warning, new EventId(6, "DatabaseSlow"),
        "The database did not answer in time: {Reason}");

    private static readonly Action<ILogger, Exception?> LogFault = LoggerMessage.Define(LogLevel.Error, new EventId(3, "NotLooked"),
        "The database could not be looked at.");

    private static readonly Action<ILogger, double, Exception?> LogClockOff = LoggerMessage.Define<double>(LogLevel.Error, new EventId(4, "ClockOff"),
        "This node's clock is {Seconds} seconds ahead of the database's (negative: behind). It is not ready until they agree.");

    private static readonly Action<ILogger, Exception?> LogClockGood = LoggerMessage.Define(LogLevel.Warning, new EventId(5, "ClockGood"),
        "This node's clock agrees with the database's again.");
}
