using System.Diagnostics;
using System.Threading.Channels;
using Ledger.Problems;
using Ledger.Store;
using Marten;
using Npgsql;

namespace Ledger.Reports;

/// <summary>Writes reports. Those that arrive while a transaction is under way are gathered into the next one, so that many clients
/// share one commit; each submission is decided by itself, in order, and recorded whole or not at all.</summary>
/// <remarks>Crash order: nothing is answered before the commit; a client whose answer was lost posts again and finds its report. Once
/// writing has begun no cancelled request stops it.</remarks>
public sealed class Recorder(
    IDocumentStore store, NpgsqlDataSource database, Catalogue.CatalogueReader catalogue, LedgerClock clock, TimeProvider time, LedgerMetrics metrics,
    ILogger<Recorder> log)
    : BackgroundService
{
    private readonly Channel<Submission> _waiting = Channel.CreateBounded<Submission>(
        new BoundedChannelOptions(Limits.ReportsWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Submissions of one batch that time out by themselves before the rest is given up.</summary>
    private const int SlowAtMost = 2;

    private readonly IdentityLookup _history = new(catalogue, clock);

    /// <summary>Records all of <paramref name="reports"/>, or none.</summary>
    /// <param name="reports">In the order in which they shall stand in the ledger.</param>
    /// <param name="dryRun">Where not null, everything is decided and nothing is recorded; it remembers what would have been.</param>
    /// <param name="cancellation">Stops the waiting, not the writing.</param>
    /// <exception cref="ProblemException">409 or 404: the history refuses one of them.</exception>
    public async Task<IReadOnlyList<RecordedReport>> RecordAsync(IReadOnlyList<ValidReport> reports, DryRun? dryRun, CancellationToken cancellation) =>
        await (await EnqueueAsync(reports, dryRun, cancellation)).WaitAsync(cancellation);

    /// <summary>Like <see cref="RecordAsync"/>, but returns as soon as the submission has its place in the queue; the task that is
    /// returned ends with its answer.</summary>
    public async ValueTask<Task<IReadOnlyList<RecordedReport>>> EnqueueAsync(
        IReadOnlyList<ValidReport> reports, DryRun? dryRun, CancellationToken cancellation)
    {
        var submission = new Submission(reports, dryRun, Activity.Current?.Context);
        try
        {
            await _waiting.Writer.WriteAsync(submission, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw Stopping();
        }

        return submission.Answer.Task;
    }

    private static ProblemException Stopping() => new(ProblemKinds.Unavailable, "The service is stopping.") { RetryAfter = 2 };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Submission>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                var reports = 0;
                while (reports < Limits.ReportsPerTransaction && _waiting.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                    reports += next.Reports.Count;
                }

                await RecordBatchAsync(batch);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop, between two transactions.
        }
        finally
        {
            // Whoever still waits is told so, rather than left hanging: nothing of theirs was written.
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var left))
            {
                left.Answer.TrySetException(Stopping());
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
            // One submission that the database will not take must not fail its neighbours.
            LogSplit(log, batch.Count, fault);
            await RecordEachAsync(batch);
        }
        catch (Exception fault)
        {
            Fail(batch, fault);
        }
    }

    /// <summary>Each by itself, in order. Where two of them were too slow by themselves the database is, not a submission: the rest is
    /// told so rather than waited for, since everybody else waits behind it.</summary>
    private async Task RecordEachAsync(List<Submission> batch)
    {
        var slow = 0;
        foreach (var submission in batch.Where(x => !x.Answer.Task.IsCompleted))
        {
            try
            {
                await AttemptAsync([submission]);
            }
            catch (Exception fault) when (DatabaseFault.IsSlow(fault) && ++slow == SlowAtMost)
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

    /// <summary>Tells all that were not answered. Only a lost race is sure to have left nothing: after any other fault a commit that was sent
    /// may stand.</summary>
    private static void Fail(List<Submission> batch, Exception fault)
    {
        foreach (var submission in batch)
        {
            submission.Answer.TrySetException(DatabaseFault.IsRace(fault) ? DatabaseFault.Outrun() : fault);
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
                // Somebody who takes no append lock wrote to the store: look again, and decide again.
            }
        }
    }

    /// <summary>One transaction: take the append lock, look up, decide, append. Nothing is answered before it is committed.</summary>
    private Task<List<(Submission Submission, Decision Decision)>> DecideAndAppendAsync(List<Submission> batch) =>
        AppendLock.RunAsync(database, async transaction =>
    {
        var known = await _history.LookUpAsync(batch.SelectMany(x => x.Reports), transaction);
        var decided = batch.Where(x => !x.Answer.Task.IsCompleted).Select(x => (Submission: x, Decision: known.Decide(x))).ToList();
        var fresh = decided.Where(x => x.Decision.Refusal is null && x.Submission.DryRun is null)
            .SelectMany(x => x.Decision.Outcomes.Where(o => o.Created).Select(o => o.New)).ToList();
        if (fresh.Count > 0)
        {
            var options = Marten.Services.SessionOptions.ForTransaction(transaction);
            await using var session = store.LightweightSession(options);
            session.Listeners.Add(new Store.AppendOrder(fresh.ConvertAll(x => x.Append(session, known.Now))));
            await session.SaveChangesAsync();
        }

        if (fresh.Count == 0 && decided.Any(x => x.Decision.Refusal is null && x.Submission.DryRun is null))
        {
            await AppendLock.WaitForStandbyAsync(transaction);
        }

        return decided;
    });

    private static readonly Action<ILogger, int, Exception?> LogSplit = LoggerMessage.Define<int>(LogLevel.Error, new EventId(1, "SplitBatch"),
        "A transaction of {Count} submissions failed; each is tried by itself.");
}
