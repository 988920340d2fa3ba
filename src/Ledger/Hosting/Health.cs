using System.Globalization;
using Ledger.Access;
using Ledger.Fleets;
using Ledger.History;
using Npgsql;
using IProjectionCoordinator = Marten.Events.Daemon.Coordination.IProjectionCoordinator;

namespace Ledger.Hosting;

/// <summary>How far the read model is behind the ledger's end.</summary>
/// <param name="Position">The read model's progress.</param>
/// <param name="End">The last event; or, where the positions after it were lost in a crash before anything stood there, the last of those.</param>
/// <param name="Since">When the oldest event was recorded that it has not used; null where it has used all.</param>
/// <param name="Moved">When its progress was last written; null where it never was.</param>
public sealed record Lag(long Position, long End, DateTimeOffset? Since, DateTimeOffset? Moved)
{
    /// <summary>There is work, and nothing has been done for longer than any batch takes: the projection has stopped. A rebuild moves.</summary>
    public bool IsStalled(DateTimeOffset now) => Since is { } since && now - (Moved > since ? Moved.Value : since) > Limits.Stalled;

    public double Seconds(DateTimeOffset now) => Since is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0;
}

/// <summary>Measures the lag, every few seconds for the metrics and whenever somebody asks for /health/ready.</summary>
public sealed class LagWatch(NpgsqlDataSource database, Outage outage, TimeProvider clock, LedgerMetrics metrics, IServiceProvider services,
    ILogger<LagWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private const string Sql = $"""
        with progress as (select coalesce((select last_seq_id from {Storage.Schema}.mt_event_progression where name = '{EvidenceProjection.Shard}'), 0) as at)
        select progress.at, greatest(progress.at, (select max(seq_id) from {Storage.Schema}.mt_events)),
               (select timestamp from {Storage.Schema}.mt_events where seq_id > progress.at order by seq_id limit 1),
               (select last_updated from {Storage.Schema}.mt_event_progression where name = '{EvidenceProjection.Shard}')
        from progress
        """;

    private Lag _last = new(0, 0, null, null);
    private bool _stalled;

    public async Task<Lag> MeasureAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        // A database that does not answer is away, for whoever asks whether the service is ready.
        command.CommandTimeout = 4;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        DateTimeOffset? Time(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
        _last = new Lag(reader.GetInt64(0), reader.GetInt64(1), Time(2), Time(3));
        Alert(_last);
        return _last;
    }

    /// <summary>Says once that the read model stopped, and once that it goes on.</summary>
    private void Alert(Lag lag)
    {
        var stalled = lag.IsStalled(clock.GetUtcNow());
        if (stalled == Interlocked.Exchange(ref _stalled, stalled))
        {
            return;
        }

        if (stalled)
        {
            LogStalled(log, EvidenceProjection.Name, lag.Position, lag.End, null);
        }
        else
        {
            LogMoves(log, EvidenceProjection.Name, lag.Position, null);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ObserveLag(() => (_last.End - _last.Position, _last.Seconds(clock.GetUtcNow()), _last.IsStalled(clock.GetUtcNow())));
        using var timer = new PeriodicTimer(Every, clock);
        var before = -1L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var lag = await MeasureAsync(stoppingToken);
                if (outage.End())
                {
                    LogBack(log, lag.Position, lag.End, null);
                }

                if (lag.Position == before && lag.Position < lag.End)
                {
                    await StartAgainAsync(lag.Position, stoppingToken);
                }

                before = lag.Position;
            }
            catch (Exception away) when (DatabaseFault.IsAway(away))
            {
                LogAway(log, away.GetBaseException().Message, null);
                outage.Begin();
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogNotAgain(log, EvidenceProjection.Name, fault);
            }
        }
    }

    /// <summary>A projection that met a fault stops on the node that ran it, and under the distribution that we use nobody starts it again, though
    /// most faults pass: a lock that was held too long, a database that was away. So it is started again at each look, from where it stopped:
    /// never past what it could not use. While the fault stays it stops again, and the stall is told. Where the read model moves although
    /// the projection has stopped here, another node runs it, and is left to: two would only throw each other out.</summary>
    private async Task StartAgainAsync(long position, CancellationToken cancellation)
    {
        if (services.GetService<IProjectionCoordinator>() is not { } coordinator)
        {
            return;
        }

        foreach (var daemon in await coordinator.AllDaemonsAsync())
        {
            if (daemon.StatusFor(EvidenceProjection.Shard) == JasperFx.AgentStatus.Paused)
            {
                LogAgain(log, EvidenceProjection.Name, position, null);
                daemon.EjectPausedShard(EvidenceProjection.Shard);
                await daemon.StartAgentAsync(EvidenceProjection.Shard, cancellation);
            }
        }
    }

    private static readonly Action<ILogger, string, Exception?> LogNotAgain = LoggerMessage.Define<string>(LogLevel.Error, new EventId(5, "NotStartedAgain"),
        "{ReadModel} stopped and could not be started again; it is tried once more.");

    private static readonly Action<ILogger, string, long, Exception?> LogAgain = LoggerMessage.Define<string, long>(LogLevel.Warning,
        new EventId(4, "StartedAgain"), "{ReadModel} had stopped at position {Position} and is started again; why it stopped stands above.");

    private static readonly Action<ILogger, string, Exception?> LogAway = LoggerMessage.Define<string>(LogLevel.Warning, new EventId(1, "LagUnknown"),
        "The database is away: {Reason}. What the libraries say of it is left out from here on.");

    private static readonly Action<ILogger, long, long, Exception?> LogBack = LoggerMessage.Define<long, long>(LogLevel.Warning, new EventId(6, "DatabaseBack"),
        "The database is there again. The read model is at position {Position}; the ledger's end is {End}.");

    private static readonly Action<ILogger, string, long, long, Exception?> LogStalled = LoggerMessage.Define<string, long, long>(LogLevel.Error,
        new EventId(2, "Stalled"), "{ReadModel} stands still at position {Position}; the ledger's end is {End}. "
        + "A lock or an old transaction may hold it; it is tried again and again.");

    private static readonly Action<ILogger, string, long, Exception?> LogMoves = LoggerMessage.Define<string, long>(LogLevel.Warning,
        new EventId(3, "MovesAgain"), "{ReadModel} moves again, at position {Position}.");
}

/// <summary>/health/live: the process answers. /health/ready: the database does too, its tables are there, the projection moves, and
/// what was counted of the read model is all there: wrong answers are worse than none. How far it is behind is in the body, not in the
/// status: an answer names its position, and a little old is not wrong.</summary>
public static class Health
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", (HttpContext http) => Answer.JsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", "live");
            writer.WriteEndObject();
        })).WithMetadata(new Needs(null)).WithName("live");
        routes.MapGet("/health/ready", ReadyAsync).WithMetadata(new Needs(null)).WithName("ready");
    }

    private static async Task ReadyAsync(HttpContext http, LagWatch watch, Completeness completeness, TimeProvider clock)
    {
        var lag = await watch.MeasureAsync(http.RequestAborted);
        if (lag.IsStalled(clock.GetUtcNow()))
        {
            throw new ProblemException(Problems.Stalled, $"The read model has stood still at position {lag.Position} for more than "
                + $"{Limits.Stalled.TotalSeconds:0} seconds; the ledger's end is {lag.End}. The log says why it stopped.")
            { RetryAfter = 30 };
        }

        if (completeness.Fault is { } fault)
        {
            throw new ProblemException(Problems.Incomplete, $"The read model cannot be counted: {fault}. Estimates may be wrong, or not made at all. "
                + "Where its table is gone, the command db-apply makes it and the command rebuild fills it.")
            { RetryAfter = 30 };
        }

        var counted = completeness.Last;
        if (!counted.IsComplete)
        {
            throw new ProblemException(Problems.Incomplete,
                $"The read model lacks {counted.Missing} reports and has {counted.Surplus} rows without one, the first at position {counted.First}; "
                + $"counted up to {counted.Verified}. Estimates may be wrong. The command rebuild makes it anew beside the running service.")
            { RetryAfter = 30 };
        }

        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Ledger-Position"] = lag.Position.ToString(CultureInfo.InvariantCulture);
        await Answer.JsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", "ready");
            writer.WriteNumber("end", lag.End);
            writer.WriteStartArray("readModels");
            writer.WriteStartObject();
            writer.WriteString("name", EvidenceProjection.Name);
            writer.WriteNumber("position", lag.Position);
            writer.WriteNumber("lagPositions", lag.End - lag.Position);
            writer.WriteNumber("lagSeconds", (long)lag.Seconds(clock.GetUtcNow()));
            writer.WriteNumber("verified", counted.Verified);
            writer.WriteNumber("missing", counted.Missing);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
