using Ledger.Problems;

namespace Ledger.Reports;

/// <summary>The reports that a dry run would have recorded so far, so that a later line may name an earlier one. A report takes some
/// hundred bytes; there are at most <see cref="Limits.DryRunReports"/>.</summary>
public sealed class DryRun
{
    private readonly Dictionary<Guid, HeldReport> _supposed = [];

    internal HeldReport? Find(Guid eventId) => _supposed.GetValueOrDefault(eventId);

    /// <summary>Adds the reports of a submission, once its decision is final.</summary>
    internal void Add(IReadOnlyDictionary<Guid, HeldReport> added)
    {
        foreach (var (eventId, report) in added)
        {
            _supposed[eventId] = report with { Pending = null };
        }
    }

    internal bool IsFull => _supposed.Count >= Limits.DryRunReports;
}
