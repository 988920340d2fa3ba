using System.Collections.Concurrent;
using System.Diagnostics;
using Ledger.Problems;
using Ledger.Store;
using Marten;

namespace Ledger.Editions;

/// <summary>Carries an import from checkpoint to checkpoint: the comparison, then chunks of lines, then the event that says that the
/// edition is in.</summary>
/// <remarks>Crash order: an attempt is counted and committed before its work; what a chunk records is committed by the recorder, and found
/// again where the chunk is done again, since identities decide; outcomes, checkpoint and next message are committed together. So a kill
/// anywhere loses and doubles nothing. Two nodes that do one part at a time both record the same, and the second ends without
/// effect.</remarks>
public sealed class EditionImport(EditionJobs jobs, EditionComparison comparison, EditionRecording recording, ILogger<EditionImport> log)
{
    /// <summary>Imports whose last attempt here ended through no fault of theirs: it is not counted.</summary>
    private readonly ConcurrentDictionary<long, byte> _interrupted = new();

    /// <summary>Does the part of an import behind a checkpoint.</summary>
    /// <param name="session">Its transaction ends the part.</param>
    /// <returns>The message of the next part, or of the next import; null where there is none.</returns>
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
            return part.Checkpoint is not { } checkpoint ? await comparison.CompareAsync(part, session, cancellation)
                : checkpoint < part.Lines ? await recording.RecordAsync(part, checkpoint, session, cancellation)
                : await recording.CompleteAsync(part, session, cancellation);
        }
        catch (ProblemException refusal) when (refusal.Kind.Status < StatusCodes.Status500InternalServerError)
        {
            return await jobs.FailAsync(session, part, refusal, cancellation);
        }
        catch (Exception passing) when (IsPassing(passing))
        {
            _interrupted[step.Number] = 0;
            throw;
        }
        catch (Exception fault)
        {
            LogFault(log, part.Id, part.Checkpoint ?? 0, part.Attempt, fault);
            var trace = Activity.Current?.TraceId.ToString() ?? "unknown";
            await jobs.NoteFaultAsync(part, $"The last time: {fault.GetType().Name}, trace {trace}.");
            throw;
        }
    }

    /// <summary>The database or the service is away, stopping or overrun: nothing that the import could be blamed for.</summary>
    private static bool IsPassing(Exception fault) => fault is OperationCanceledException || DatabaseFault.IsAway(fault)
        || fault is ProblemException { Kind.Status: StatusCodes.Status503ServiceUnavailable };

    private static ProblemException Stopped(BegunPart part) => new(ProblemKinds.Fault,
        $"{(part.Checkpoint is { } done ? $"The lines behind line {done} of the answer were" : "The comparison was")} begun "
        + $"{Limits.EditionAttempts} times, and never came to an end. {part.Fault ?? "The process ended with it."} "
        + $"What was recorded before stays. When the cause is mended, POST /v1/editions/{part.Id}/retry goes on there.");

    private static readonly Action<ILogger, string, int, int, Exception?> LogFault = LoggerMessage.Define<string, int, int>(LogLevel.Error,
        new EventId(1, "EditionFault"), "The import of {Edition} failed behind line {Line} of its answer, attempt {Attempt}.");
}
