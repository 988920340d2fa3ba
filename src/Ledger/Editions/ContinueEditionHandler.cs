using Ledger.Problems;
using Marten;
using Wolverine;
using Wolverine.ErrorHandling;
using Wolverine.Runtime;
using Wolverine.Runtime.Handlers;

namespace Ledger.Editions;

/// <summary>The handler: one short part of an import, and the message of the next part as its result. Wolverine commits the session, the
/// next message and that this one is handled in one transaction.</summary>
public static class ContinueEditionHandler
{
    /// <summary>Time within which a part ends: a comparison takes seconds, the recording of a chunk less.</summary>
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(5);

    /// <summary>Without a policy a message has one attempt. This one comes again until it succeeds: how often a part may fail is counted in
    /// the import's row, where a kill counts too, and the last failure ends the import by success of the message.</summary>
    public static void Configure(HandlerChain chain)
    {
        chain.ExecutionTimeoutInSeconds = (int)AtMost.TotalSeconds;
        chain.OnAnyException().ContinueWith(new TryAgain());
    }

    public static Task<ContinueEdition?> HandleAsync(
        ContinueEdition step, EditionImport import, IDocumentSession session, CancellationToken cancellation) =>
        import.ContinueAsync(step, session, cancellation);

    /// <summary>Waits in place, which keeps the order of messages, and handles the message again, also while the database is
    /// away.</summary>
    private sealed class TryAgain() : UserDefinedContinuation($"Handle the message again after {Limits.EditionPause.TotalSeconds:0} s")
    {
        public override async ValueTask ExecuteAsync(
            IEnvelopeLifecycle lifecycle, IWolverineRuntime runtime, DateTimeOffset now, System.Diagnostics.Activity? activity)
        {
            await Task.Delay(Limits.EditionPause, runtime.Cancellation);
            await lifecycle.RetryExecutionNowAsync();
        }
    }
}
