using System.Diagnostics;
using System.Threading.Channels;
using Ledger.Problems;
using Ledger.Store;
using Marten;
using Npgsql;

namespace Ledger.Reports;

/// <summary>Records reports. Submissions that arrive during a transaction are batched into the next one, so that many clients share one
/// commit (group commit). Each submission is decided by itself, in order, and recorded whole or not at all.</summary>
/// <remarks>Crash safety: no response is sent before the commit; a client that lost its response posts again and gets the recorded
/// report. A transaction that has begun is not stopped by a cancelled request.</remarks>
public sealed class Recorder(
    IDocumentStore store, NpgsqlDataSource database, Catalogue.CatalogueReader catalogue, LedgerClock clock, TimeProvider time,
    LedgerMetrics metrics, ILogger<Recorder> log)
    : BackgroundService
{
    /// <summary>Submissions of one batch, retried one by one, that may time out before the rest of the batch fails.</summary>
    private const int SlowAtMost = 2;

    private readonly Channel<Submission> _queue = Channel.CreateBounded<Submission>(
        new BoundedChannelOptions(Limits.ReportsWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly IdentityLookup _lookup = new(catalogue, clock);

    /// <summary>Records all of <paramref name="reports"/>, or none.</summary>
    /// <param name="reports">In the order of their positions.</param>
    /// <param name="cancellation">Ends the waiting, not the recording.</param>
    /// <param name="dryRun">Where not null, everything is decided and nothing is recorded.</param>
    /// <exception cref="ProblemException">404, 403, 409 or 413: the decision refuses one of them; 503.</exception>
    public async Task<IReadOnlyList<RecordedReport>> RecordAsync(
        IReadOnlyList<ValidReport> reports, CancellationToken cancellation, DryRun? dryRun = null) =>
        await (await EnqueueAsync(reports, dryRun, cancellation)).WaitAsync(cancellation);

    /// <summary>Like <see cref="RecordAsync"/>, but returns as soon as the submission is in the queue; the returned task completes with its
    /// result.</summary>
    /// <param name="reports">In the order of their positions.</param>
    /// <param name="dryRun">Where not null, everything is decided and nothing is recorded; it collects what would have been
    /// recorded.</param>
    /// <param name="cancellation">Ends the waiting for room in the queue.</param>
    public async ValueTask<Task<IReadOnlyList<RecordedReport>>> EnqueueAsync(
        IReadOnlyList<ValidReport> reports, DryRun? dryRun, CancellationToken cancellation)
    {
        var submission = new Submission(reports, dryRun, Activity.Current?.Context);
        try
        {
            await _queue.Writer.WriteAsync(submission, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw Stopping();
        }

        return submission.Result.Task;
    }

    private static ProblemException Stopping() => new(ProblemKinds.Unavailable, "The service is stopping.") { RetryAfter = 2 };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Submission>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                var reports = 0;
                while (reports < Limits.ReportsPerTransaction && _queue.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                    reports += next.Reports.Count;
                }

                await RecordBatchAsync(batch);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops, between two transactions.
        }
        finally
        {
            // Submissions left in the queue fail at once: nothing of them was written.
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var left))
            {
                left.Result.TrySetException(Stopping());
            }
        }
    }

    private async Task RecordBatchAsync(List<Submission> batch)
    {
        try
        {
            await AttemptAsync(batch);
        }
        catch (Exception fault) when (batch.Count > 1 && !DatabaseFault.IsAway(fault))
        {
            // A submission that the database rejects must not fail the others of the batch.
            LogSplit(log, batch.Count, fault);
            await RecordEachAsync(batch);
        }
        catch (Exception fault)
        {
            Fail(batch, fault);
        }
    }

    /// <summary>Records each submission in a transaction of its own, in order. Where the database is away, or after
    /// <see cref="SlowAtMost"/> timeouts, the cause is not a submission: the rest fails at once, since the queue waits behind
    /// it.</summary>
    private async Task RecordEachAsync(List<Submission> batch)
    {
        var slow = 0;
        foreach (var submission in batch.Where(x => !x.Result.Task.IsCompleted))
        {
            try
            {
                await AttemptAsync([submission]);
            }
            catch (Exception fault) when (DatabaseFault.IsAway(fault) || (DatabaseFault.IsSlow(fault) && ++slow == SlowAtMost))
            {
                Fail(batch, fault);
                return;
            }
            catch (Exception fault)
            {
                Fail([submission], fault);
            }
        }
    }

    /// <summary>Fails all submissions that have no result yet. Only after a lost race is it certain that nothing was recorded; after any
    /// other fault the commit may have succeeded.</summary>
    private static void Fail(List<Submission> batch, Exception fault)
    {
        foreach (var submission in batch)
        {
            submission.Result.TrySetException(DatabaseFault.IsRace(fault) ? DatabaseFault.Outrun() : fault);
        }
    }

    private async Task AttemptAsync(List<Submission> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var started = time.GetUtcNow();
                var decided = await DecideAndAppendAsync(batch);
                RecordingTrace.Appended(from one in decided
                                        where one.Submission.Trace is not null
                                        from outcome in one.Decision.Outcomes
                                        where outcome.Created && outcome.New.Position > 0
                                        select (one.Submission.Trace!.Value, outcome.New.Position), started, time.GetUtcNow());
                foreach (var (submission, decision) in decided)
                {
                    submission.Complete(decision, metrics);
                }

                return;
            }
            catch (Exception race) when (attempt < Limits.RecordAttempts && DatabaseFault.IsRace(race))
            {
                // A writer without the append lock changed the store: look up and decide again.
            }
        }
    }

    /// <summary>One transaction: take the append lock, look up, decide, append, commit. Results are published only after the
    /// commit.</summary>
    private Task<List<(Submission Submission, Decision Decision)>> DecideAndAppendAsync(List<Submission> batch) =>
        AppendLock.RunAsync(database, async transaction =>
    {
        var decider = await _lookup.LookUpAsync(batch.SelectMany(x => x.Reports), transaction);
        var decided = batch.Where(x => !x.Result.Task.IsCompleted).Select(x => (Submission: x, Decision: decider.Decide(x))).ToList();
        var added = decided.Where(x => x.Decision.Problem is null && x.Submission.DryRun is null)
            .SelectMany(x => x.Decision.Outcomes.Where(o => o.Created).Select(o => o.New)).ToList();
        if (added.Count > 0)
        {
            var options = Marten.Services.SessionOptions.ForTransaction(transaction);
            await using var session = store.LightweightSession(options);
            session.Listeners.Add(new Store.AppendOrder(added.ConvertAll(x => x.Append(session, decider.Now))));
            await session.SaveChangesAsync();
        }

        if (added.Count == 0 && decided.Any(x => x.Decision.Problem is null && x.Submission.DryRun is null))
        {
            await AppendLock.WaitForStandbyAsync(transaction);
        }

        return decided;
    });

    private static readonly Action<ILogger, int, Exception?> LogSplit = LoggerMessage.Define<int>(
        LogLevel.Error, new EventId(1, "SplitBatch"),
        "A transaction of {Count} submissions failed; each is tried by itself.");
}
