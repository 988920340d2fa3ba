using Ledger.Store;

namespace Ledger.Tests.Harness;

/// <summary>Takes what a long run reports, at once and in its order; nothing where nobody looks.</summary>
internal sealed class Reported(Action<Progress>? look = null) : IProgress<Progress>
{
    public void Report(Progress value) => look?.Invoke(value);
}
