using Ledger.Problems;
using Marten;
using Wolverine;
using Wolverine.ErrorHandling;
using Wolverine.Runtime;
using Wolverine.Runtime.Handlers;

namespace Ledger.Editions;

/// <summary>Handler of <see cref="ContinueEdition"/>: does one short part of an import, and returns the message for the next. Wolverine
/// commits in one transaction the session, the next message, and that this one is handled.</summary>
public static class ContinueEditionHandler
{
    /// <summary>Time-out of a part: a comparison takes seconds, the recording of a chunk less.</summary>
    private static readonly TimeSpan PartTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Configures retries. Without a policy a message has one attempt; this one is retried until it succeeds. Attempts are counted
    /// in the import's row instead, where a kill counts too; the last failed attempt ends the import, and so handles the message.</summary>
    public static void Configure(HandlerChain chain)
    {
        chain.ExecutionTimeoutInSeconds = (int)PartTimeout.TotalSeconds;
        chain.OnAnyException().ContinueWith(new RetryInPlace());
    }

    /// <summary>Handles the message.</summary>
    /// <returns>The message for the next part; null where there is none.</returns>
    public static Task<ContinueEdition?> HandleAsync(
        ContinueEdition step, EditionImport import, IDocumentSession session, CancellationToken cancellation) =>
        import.ContinueAsync(step, session, cancellation);

    /// <summary>Delays and retries without requeueing the message, which preserves the order of messages, also while the database is
    /// away.</summary>
    private sealed class RetryInPlace() : UserDefinedContinuation($"Handle the message again after {Limits.EditionPause.TotalSeconds:0} s")
    {
        public override async ValueTask ExecuteAsync(
            IEnvelopeLifecycle lifecycle, IWolverineRuntime runtime, DateTimeOffset now, System.Diagnostics.Activity? activity)
        {
            await Task.Delay(Limits.EditionPause, runtime.Cancellation);
            await lifecycle.RetryExecutionNowAsync();
        }
    }
}
