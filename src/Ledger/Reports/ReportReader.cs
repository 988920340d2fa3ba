using System.Runtime.CompilerServices;
using Ledger.Problems;
using Ledger.Store;

namespace Ledger.Reports;

/// <summary>Reads reports back from the store.</summary>
public sealed class ReportReader(StoredEvents events)
{
    /// <summary>The report of an event id; null where there is none.</summary>
    public async Task<RecordedReport?> FindAsync(Guid eventId, CancellationToken cancellation) =>
        await events.FindAsync(eventId, cancellation) is { } stored ? RecordedReport.Of(stored) : null;

    /// <summary>The reports at the positions of <paramref name="named"/>, each with its item, in that order. They are read in batches
    /// (<see cref="Limits.ReportsPerQuery"/>, <see cref="Limits.ReportBytesPerQuery"/>), each by a short query: no connection is held
    /// between two batches, however slowly a client reads. Items without a report at their position are left out.</summary>
    public async IAsyncEnumerable<(T Named, RecordedReport Report)> AtAsync<T>(
        IReadOnlyList<T> named, Func<T, long> positionOf, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var next = 0; next < named.Count;)
        {
            var batch = named.Skip(next).Take(Limits.ReportsPerQuery).ToList();
            var (found, read) = await events.AtAsync([.. batch.Select(positionOf)], cancellation);
            foreach (var one in batch.Take(read))
            {
                if (found.TryGetValue(positionOf(one), out var stored) && RecordedReport.Of(stored) is { } report)
                {
                    yield return (one, report);
                }
            }

            next += read;
        }
    }
}
