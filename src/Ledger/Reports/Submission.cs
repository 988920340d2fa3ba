using System.Diagnostics;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>Reports that are recorded together or not at all, and whoever waits for the answer.</summary>
internal sealed class Submission(IReadOnlyList<ValidReport> reports, DryRun? dryRun, ActivityContext? trace)
{
    public IReadOnlyList<ValidReport> Reports { get; } = reports;

    public DryRun? DryRun { get; } = dryRun;

    /// <summary>The request's trace, which the span of the shared transaction joins.</summary>
    public ActivityContext? Trace { get; } = trace;

    public TaskCompletionSource<IReadOnlyList<RecordedReport>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
                metrics.ReportRecorded(WordNames.Of(outcome.Kind), outcome.Created);
            }

            DryRun?.Suppose(decision.Added);
            Answer.TrySetResult([.. decision.Outcomes.Select(x => x.Stored ?? x.New.AsRecorded(x.Created))]);
        }
    }
}

/// <summary>What the history says to a submission: a refusal of the whole, or one outcome per report.</summary>
/// <param name="Added">What the ledger holds more by it.</param>
/// <param name="Refusal">Made when the transaction is over: it may show a report that was written in it.</param>
internal sealed record Decision(IReadOnlyList<Outcome> Outcomes, IReadOnlyDictionary<Guid, HeldReport> Added, Func<ProblemException>? Refusal);

/// <summary>What becomes of one report.</summary>
/// <param name="Stored">The report that was there already.</param>
/// <param name="New">The report that is written by this submission if <paramref name="Created"/>, else by another of the same transaction.</param>
internal sealed record Outcome(RecordedReport? Stored, NewReport New, bool Created)
{
    public ReportKind Kind => Stored?.Kind ?? New.Kind;
}
