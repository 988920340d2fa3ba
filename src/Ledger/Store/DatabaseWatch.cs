using Ledger.Problems;
using Npgsql;

namespace Ledger.Store;

/// <summary>State of the database as this node last saw it.</summary>
/// <param name="End">The end of the ledger.</param>
/// <param name="ClockOffset">This node's clock less the database's, less what the round trip can explain.</param>
/// <param name="NeedsRebuild">An upgrade left incomplete rows in the read model, and no rebuild has ended since.</param>
public sealed record DatabaseState(long End, TimeSpan ClockOffset, bool NeedsRebuild)
{
    /// <summary>The clocks differ by more than <see cref="Limits.ClockOffset"/>, so this node's today and its expiry of keys may be
    /// wrong.</summary>
    public bool IsClockOff => ClockOffset.Duration() > Limits.ClockOffset;
}

/// <summary>Probes the database every 5 s, and for each request for /health/ready: whether it answers, and how far its clock is from this
/// node's.</summary>
public sealed class DatabaseWatch(
    NpgsqlDataSource database, Outage outage, TimeProvider clock, LedgerMetrics metrics, ILogger<DatabaseWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly string Sql = $"""
        select clock_timestamp(), ({LedgerEnd.Sql}), coalesce((select rebuild_needed from {TableNames.SchemaVersion}), false)
        """;

    private DatabaseState _last = new(0, TimeSpan.Zero, false);
    private bool _isClockOff;

    /// <summary>Probes the database.</summary>
    /// <exception cref="NpgsqlException">It did not answer within 4 s.</exception>
    public async Task<DatabaseState> ProbeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 4 };
        var before = clock.GetUtcNow();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var after = clock.GetUtcNow();
        await reader.ReadAsync(cancellation);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        var offset = now < before ? before - now : now > after ? after - now : TimeSpan.Zero;
        _last = new DatabaseState(reader.GetInt64(1), offset, reader.GetBoolean(2));
        LogClock(_last);
        return _last;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ObserveClock(() => _last.ClockOffset.TotalSeconds);
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var state = await ProbeAsync(stoppingToken);
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
                // It answers: no outage, so the libraries' logs are not muted.
                outage.End();
                LogSlow(log, slow.GetBaseException().Message, null);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFault(log, fault);
            }
        }
    }

    /// <summary>Logs once when the clocks begin to differ, and once when they agree again.</summary>
    private void LogClock(DatabaseState state)
    {
        if (state.IsClockOff == Interlocked.Exchange(ref _isClockOff, state.IsClockOff))
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

    private static readonly Action<ILogger, string, Exception?> LogAway = LoggerMessage.Define<string>(LogLevel.Warning,
        new EventId(1, "Away"), "The database is away: {Reason}. What the libraries say of it is left out from here on.");

    private static readonly Action<ILogger, long, Exception?> LogBack = LoggerMessage.Define<long>(LogLevel.Warning, new EventId(2, "Back"),
        "The database is there again. The ledger's end is {End}.");

    private static readonly Action<ILogger, string, Exception?> LogSlow = LoggerMessage.Define<string>(LogLevel.Warning,
        new EventId(6, "DatabaseSlow"), "The database did not answer in time: {Reason}");

    private static readonly Action<ILogger, Exception?> LogFault = LoggerMessage.Define(LogLevel.Error, new EventId(3, "NotLooked"),
        "The database could not be looked at.");

    private static readonly Action<ILogger, double, Exception?> LogClockOff = LoggerMessage.Define<double>(LogLevel.Error,
        new EventId(4, "ClockOff"),
        "This node's clock is {Seconds} seconds ahead of the database's (negative: behind). It is not ready until they agree.");

    private static readonly Action<ILogger, Exception?> LogClockGood = LoggerMessage.Define(LogLevel.Warning,
        new EventId(5, "ClockGood"), "This node's clock agrees with the database's again.");
}
