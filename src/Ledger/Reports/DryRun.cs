using Ledger.Problems;

namespace Ledger.Reports;

/// <summary>What a dry run would have recorded so far, so that a later line may name an earlier one. Some hundred bytes a report, up to
/// <see cref="Limits.DryRunReports"/>.</summary>
public sealed class DryRun
{
    private readonly Dictionary<Guid, HeldReport> _supposed = [];

    internal HeldReport? Find(Guid eventId) => _supposed.GetValueOrDefault(eventId);

    /// <summary>Takes in what was decided, once that is final.</summary>
    internal void Suppose(IReadOnlyDictionary<Guid, HeldReport> added)
    {
        foreach (var (eventId, one) in added)
        {
            _supposed[eventId] = one with { Pending = null };
        }
    }

    internal bool IsFull => _supposed.Count >= Limits.DryRunReports;
}
