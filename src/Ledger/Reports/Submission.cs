using System.Diagnostics;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>Reports that are recorded together or not at all, and the task by which their result is awaited.</summary>
internal sealed class Submission(IReadOnlyList<ValidReport> reports, DryRun? dryRun, ActivityContext? trace)
{
    public IReadOnlyList<ValidReport> Reports { get; } = reports;

    public DryRun? DryRun { get; } = dryRun;

    /// <summary>The request's trace, which the span of the shared transaction joins.</summary>
    public ActivityContext? Trace { get; } = trace;

    /// <summary>Completed after the transaction, with the recorded reports or the problem.</summary>
    public TaskCompletionSource<IReadOnlyList<RecordedReport>> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Publishes the result, and counts it in the metrics even if the request was cancelled meanwhile. Must be called after the
    /// commit only. Dry runs are not counted.</summary>
    public void Complete(Decision decision, LedgerMetrics metrics)
    {
        if (decision.Problem is { } makeProblem)
        {
            var problem = makeProblem();
            if (DryRun is null)
            {
                metrics.ReportRefused(problem);
            }

            problem.IsCounted = true;
            Result.TrySetException(problem);
        }
        else
        {
            foreach (var outcome in decision.Outcomes.Where(_ => DryRun is null))
            {
                metrics.ReportRecorded(WordNames.Of(outcome.Kind), outcome.Created);
            }

            DryRun?.Add(decision.Added);
            Result.TrySetResult([.. decision.Outcomes.Select(x => x.Stored ?? x.New.AsRecorded(x.Created))]);
        }
    }
}

/// <summary>The decision on a submission: one outcome per report, or a problem of the whole.</summary>
/// <param name="Outcomes">In the order of the reports; none with a problem.</param>
/// <param name="Added">The new reports, by event id.</param>
/// <param name="Problem">To be called after the transaction: the problem may show a report that was written in it.</param>
internal sealed record Decision(
    IReadOnlyList<Outcome> Outcomes, IReadOnlyDictionary<Guid, HeldReport> Added, Func<ProblemException>? Problem);

/// <summary>The outcome of one report.</summary>
/// <param name="Stored">The report, where it was recorded before this transaction.</param>
/// <param name="New">The report that this submission adds, if <paramref name="Created"/>; else that of an earlier submission of the same
/// transaction.</param>
/// <param name="Created">Whether this submission adds the report.</param>
internal sealed record Outcome(RecordedReport? Stored, NewReport New, bool Created)
{
    public ReportKind Kind => Stored?.Kind ?? New.Kind;
}
