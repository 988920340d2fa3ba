using System.Diagnostics;
using System.Text.Json;
using JasperFx.Events;
using Ledger.Hosting;
using Ledger.Vocabulary;
using Marten;

namespace Ledger.Reports;

/// <summary>Reports that are recorded together or not at all, and whoever waits for the answer.</summary>
internal sealed class Submission(IReadOnlyList<Posted> reports, DryRun? dryRun, ActivityContext? trace)
{
    public IReadOnlyList<Posted> Reports { get; } = reports;

    public DryRun? DryRun { get; } = dryRun;

    /// <summary>The request's trace, which the span of the shared transaction joins.</summary>
    public ActivityContext? Trace { get; } = trace;

    public TaskCompletionSource<IReadOnlyList<Recorded>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gives the answer once the transaction is over, and counts it whoever still waits: what is recorded is recorded. A dry run
    /// counts nothing.</summary>
    public void Complete(Decision decision, LedgerMetrics metrics)
    {
        if (decision.Refusal is { } refusal)
        {
            var problem = refusal();
            if (DryRun is null)
            {
                metrics.ReportRefused(problem);
            }

            problem.IsCounted = true;
            Answer.TrySetException(problem);
        }
        else
        {
            foreach (var outcome in decision.Outcomes.Where(_ => DryRun is null))
            {
                metrics.ReportRecorded(outcome.Kind, outcome.Created);
            }

            DryRun?.Suppose(decision.Added);
            Answer.TrySetResult([.. decision.Outcomes.Select(x => x.Stored ?? x.Fresh.AsRecorded(x.Created))]);
        }
    }
}

/// <summary>What the history says to a submission: a refusal of the whole, or one outcome per report.</summary>
/// <param name="Added">What the ledger holds more by it.</param>
/// <param name="Refusal">Made when the transaction is over: it may show a report that was written in it.</param>
internal sealed record Decision(IReadOnlyList<Outcome> Outcomes, IReadOnlyDictionary<Guid, Known> Added, Func<ProblemException>? Refusal);

/// <summary>What becomes of one report.</summary>
/// <param name="Stored">The report that was there already.</param>
/// <param name="Fresh">The report that is written by this submission if <paramref name="Created"/>, else by another of the same transaction.</param>
internal sealed record Outcome(Recorded? Stored, Fresh Fresh, bool Created)
{
    public ReportKind Kind => Stored?.Kind ?? Fresh.Kind;
}

/// <summary>A report that is new, with all that the server adds to it.</summary>
internal sealed class Fresh(Guid eventId, Report report, string stream, string reporter)
{
    private IEvent? _written;

    public string Stream { get; } = stream;

    public ReportKind Kind => report.Kind;

    /// <summary>0 until it is written.</summary>
    public long Position => _written?.Sequence ?? 0;

    /// <summary>Hands the report to the session, as an event of its stream.</summary>
    /// <param name="recordedAt">The time of the transaction.</param>
    public IEvent Append(IDocumentSession session, DateTimeOffset recordedAt)
    {
        var written = session.Events.BuildEvent(report);
        written.Id = eventId;
        written.UserName = reporter;
        written.Timestamp = recordedAt;
        session.Events.Append(Stream, written);
        return _written = written;
    }

    /// <summary>Position 0 where nothing was written, in a dry run.</summary>
    public Recorded AsRecorded(bool created) => new(eventId, report.Kind, Position, _written?.Timestamp ?? default, reporter,
        JsonSerializer.SerializeToElement(report, report.GetType(), StrictJson.Stored), created);
}

/// <summary>What a dry run would have recorded so far, so that a later line may name an earlier one. Some hundred bytes a report, up to
/// <see cref="Limits.DryRunReports"/>.</summary>
public sealed class DryRun
{
    private readonly Dictionary<Guid, Known> _supposed = [];

    internal Known? Find(Guid eventId) => _supposed.GetValueOrDefault(eventId);

    /// <summary>Takes in what was decided, once that is final.</summary>
    internal void Suppose(IReadOnlyDictionary<Guid, Known> added)
    {
        foreach (var (eventId, one) in added)
        {
            _supposed[eventId] = one with { Pending = null };
        }
    }

    internal bool IsFull => _supposed.Count >= Limits.DryRunReports;
}
