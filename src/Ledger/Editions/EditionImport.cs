using System.Collections.Concurrent;
using System.Diagnostics;
using Ledger.Problems;
using Ledger.Store;
using Marten;

namespace Ledger.Editions;

/// <summary>Runs an import or a withdrawal from checkpoint to checkpoint: the comparison, then chunks of lines, then the event that records
/// the edition or its withdrawal.</summary>
/// <remarks>Order of commits: an attempt is counted and committed before its work; the recorder commits the reports of a chunk, and finds
/// them by their identities if the chunk is done again; outcomes, checkpoint and next message are committed together. So a kill at any
/// point neither loses nor doubles anything. If two nodes do one part at the same time, both record the same, and the second has no
/// effect.</remarks>
public sealed class EditionImport(EditionJobs jobs, EditionComparison comparison, EditionWithdrawal withdrawal,
    EditionRecording recording, IHostApplicationLifetime lifetime, ILogger<EditionImport> log)
{
    /// <summary>Numbers of imports whose last attempt on this node was ended by an outage or a stop: it does not count.</summary>
    private readonly ConcurrentDictionary<long, byte> _interrupted = new();

    /// <summary>Does the part of an import after a checkpoint.</summary>
    /// <param name="step">The message.</param>
    /// <param name="session">The session whose transaction ends the part.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The message for the next part, or for the next import; null where there is none.</returns>
    public async Task<ContinueEdition?> ContinueAsync(ContinueEdition step, IDocumentSession session, CancellationToken cancellation)
    {
        if (await jobs.BeginAsync(step, counts: !_interrupted.ContainsKey(step.Number), cancellation) is not { } part)
        {
            return null;
        }

        _interrupted.TryRemove(step.Number, out _);
        if (part.Attempt > Limits.EditionAttempts)
        {
            return await jobs.FailAsync(session, part, Stopped(part), cancellation);
        }

        try
        {
            return part.Checkpoint is not { } checkpoint
                ? part.Request.Kind == JobKind.Withdrawal
                    ? await withdrawal.BeginAsync(part, session, cancellation)
                    : await comparison.CompareAsync(part, session, cancellation)
                : checkpoint < part.Lines ? await recording.RecordAsync(part, checkpoint, session, cancellation)
                : await recording.CompleteAsync(part, session, cancellation);
        }
        catch (ProblemException problem) when (problem.Kind.Status < StatusCodes.Status500InternalServerError)
        {
            return await jobs.FailAsync(session, part, problem, cancellation);
        }
        catch (Exception passing) when (IsPassing(passing))
        {
            _interrupted[step.Number] = 0;
            throw;
        }
        catch (Exception fault)
        {
            var trace = Activity.Current?.TraceId.ToString() ?? "unknown";
            LogFault(log, part.Id, part.Checkpoint ?? 0, part.Attempt, trace, fault);
            await jobs.NoteFaultAsync(part, $"The last time: {fault.GetType().Name}, trace {trace}.");
            throw;
        }
    }

    /// <summary>True where the database is away or the service is stopping: not a fault of the import. A part that runs out of time, its
    /// own or the database's, counts as an attempt, else one that never ends would be tried for ever.</summary>
    private bool IsPassing(Exception fault) =>
        (fault is OperationCanceledException && lifetime.ApplicationStopping.IsCancellationRequested) || DatabaseFault.IsAway(fault)
        || fault is ProblemException { Kind.Status: StatusCodes.Status503ServiceUnavailable };

    private static ProblemException Stopped(BegunPart part) => new(ProblemKinds.Fault,
        $"{(part.Checkpoint is { } done ? $"The lines behind line {done} of the answer were" : "The comparison was")} begun "
        + $"{Limits.EditionAttempts} times, and never came to an end. {part.Fault ?? "The process ended with it."} "
        + $"What was recorded before stays. When the cause is mended, POST /v1/editions/{part.Id}/retry goes on there.");

    private static readonly Action<ILogger, string, int, int, string, Exception?> LogFault = LoggerMessage.Define<string, int, int, string>(
        LogLevel.Error, new EventId(1, "EditionFault"),
        "The import of {Edition} failed behind line {Line} of its answer, attempt {Attempt}. Trace {Trace}.");
}
