using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Ledger.Hosting;
using Ledger.Vocabulary;
using Marten;
using Npgsql;

namespace Ledger.Reports;

/// <summary>A report that obeys every rule of its own, ready to be decided on by the history.</summary>
/// <param name="Report">The report, with its feed, id and slug filled in.</param>
/// <param name="EventId">UUID v5 of feed and id.</param>
/// <param name="By">Who posts it.</param>
/// <param name="Bytes">Of what was posted, in RFC 8785 form, less id, feed and kind.</param>
public sealed record Posted(Report Report, Guid EventId, Access.Caller By, int Bytes);

/// <summary>A report as the ledger holds it.</summary>
/// <param name="Data">The event's JSON as it was stored.</param>
/// <param name="Created">False where it was there already.</param>
public sealed record Recorded(Guid EventId, ReportKind Kind, long Position, DateTimeOffset RecordedAt, string? Reporter, JsonElement Data, bool Created);

/// <summary>Writes reports. Those that arrive while a transaction is under way are gathered into the next one, so that many clients
/// share one commit; each submission is decided by itself, in order, and recorded whole or not at all.</summary>
/// <remarks>Crash order: nothing is answered before the commit; a client whose answer was lost posts again and finds its report. Once
/// writing has begun no cancelled request stops it.</remarks>
public sealed class Recorder(IDocumentStore store, NpgsqlDataSource database, Catalogue.CatalogueReader catalogue, LedgerMetrics metrics,
    ILogger<Recorder> log)
    : BackgroundService
{
    private readonly Channel<Submission> _waiting = Channel.CreateBounded<Submission>(
        new BoundedChannelOptions(Limits.ReportsWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly History _history = new(catalogue);

    /// <summary>Records all of <paramref name="reports"/>, or none.</summary>
    /// <param name="reports">In the order in which they shall stand in the ledger.</param>
    /// <param name="source">Submissions of one source keep their order among each other; null for one that stands alone.</param>
    /// <param name="dryRun">Where not null, everything is decided and nothing is recorded; it remembers what would have been.</param>
    /// <param name="cancellation">Stops the waiting, not the writing.</param>
    /// <exception cref="ProblemException">409 or 404: the history refuses one of them.</exception>
    public async Task<IReadOnlyList<Recorded>> RecordAsync(IReadOnlyList<Posted> reports, object? source, DryRun? dryRun, CancellationToken cancellation) =>
        await (await EnqueueAsync(reports, source, dryRun, cancellation)).WaitAsync(cancellation);

    /// <summary>Like <see cref="RecordAsync"/>, but returns as soon as the submission has its place in the queue; the task that is
    /// returned ends with its answer.</summary>
    public async ValueTask<Task<IReadOnlyList<Recorded>>> EnqueueAsync(
        IReadOnlyList<Posted> reports, object? source, DryRun? dryRun, CancellationToken cancellation)
    {
        var submission = new Submission(reports, source, dryRun, Activity.Current?.Context);
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

    private static ProblemException Stopping() => new(Problems.Unavailable, "The service is stopping.") { RetryAfter = 2 };

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
            foreach (var submission in batch.Where(x => !x.Answer.Task.IsCompleted))
            {
                await RecordBatchAsync([submission]);
            }
        }
        catch (Exception fault)
        {
            foreach (var submission in batch)
            {
                submission.Answer.TrySetException(DatabaseFault.IsRace(fault) ? DatabaseFault.Outrun() : fault);
            }
        }
    }

    private async Task AttemptAsync(List<Submission> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                foreach (var (submission, decision) in await DecideAndAppendAsync(batch))
                {
                    submission.Complete(decision, metrics);
                }

                return;
            }
            catch (Exception race) when (attempt < Limits.RecordAttempts && DatabaseFault.IsRace(race))
            {
                // Somebody who takes no turns wrote to the store: look again, and decide again.
            }
        }
    }

    /// <summary>One transaction: take the turn to append, look up, decide, append. Nothing is answered before it is committed.</summary>
    private Task<List<(Submission Submission, Decision Decision)>> DecideAndAppendAsync(List<Submission> batch) => Turn.RunAsync(database, async transaction =>
    {
        var known = await _history.LookUpAsync(batch.SelectMany(x => x.Reports), transaction);
        var decided = batch.Where(x => !x.Answer.Task.IsCompleted).Select(x => (Submission: x, Decision: known.Decide(x))).ToList();
        var fresh = decided.Where(x => x.Decision.Refusal is null && x.Submission.DryRun is null)
            .SelectMany(x => x.Decision.Outcomes.Where(o => o.Created).Select(o => (x.Submission, o.Fresh))).ToList();
        foreach (var run in Runs(fresh))
        {
            await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
            foreach (var (submission, report) in run)
            {
                report.Append(session, submission.Trace);
            }

            await session.SaveChangesAsync();
        }

        return decided;
    });

    /// <summary>A session writes stream by stream, so positions follow the order of streams, not of reports. Within one source the
    /// order matters (a correction comes after what it corrects): a new run begins where grouping by stream would turn it round.</summary>
    private static IEnumerable<List<(Submission Submission, Fresh Report)>> Runs(List<(Submission Submission, Fresh Report)> fresh)
    {
        var run = new List<(Submission, Fresh)>();
        var streams = new Dictionary<string, int>(StringComparer.Ordinal);
        var last = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        foreach (var (submission, report) in fresh)
        {
            var source = submission.Source ?? submission;
            var place = streams.GetValueOrDefault(report.Stream, streams.Count);
            if (last.GetValueOrDefault(source, -1) > place)
            {
                yield return run;
                run = [];
                streams.Clear();
                last.Clear();
                place = 0;
            }

            streams[report.Stream] = place;
            last[source] = place;
            run.Add((submission, report));
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    private static readonly Action<ILogger, int, Exception?> LogSplit = LoggerMessage.Define<int>(LogLevel.Error, new EventId(1, "SplitBatch"),
        "A transaction of {Count} submissions failed; each is tried by itself.");
}
