using Ledger.Questions;
using Ledger.Store;

namespace Ledger.Export;

/// <summary>Takes snapshots in the background, where the settings ask for it.</summary>
public sealed class SnapshotTimer(Snapshots snapshots, AnalyticsSettings settings, TimeProvider clock, ILogger<SnapshotTimer> log)
    : BackgroundService
{
    /// <summary>Between two looks: no more snapshots than these are taken, since each is a fold of the whole ledger.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    /// <summary>After the start, whose own work goes first.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Snapshots == AnalyticsSettings.Off)
        {
            return;
        }

        for (var wait = First; ; wait = Every)
        {
            await Task.Delay(wait, clock, stoppingToken);
            try
            {
                if (await snapshots.IsDueAsync(settings.Snapshots == AnalyticsSettings.Changed, stoppingToken))
                {
                    await snapshots.TakeAsync(new ClockParameters(), null, stoppingToken);
                }
            }
            catch (Exception fault) when (DatabaseFault.ProblemOf(fault) is not null)
            {
                // DatabaseWatch logs it; the next look tries again.
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFailed(log, fault);
            }
        }
    }

    private static readonly Action<ILogger, Exception?> LogFailed = LoggerMessage.Define(
        LogLevel.Error, new EventId(1, "SnapshotFailed"), "No snapshot was taken. The views of analytics show the former one.");
}
