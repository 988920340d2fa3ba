using JasperFx.Events;
using Ledger.Facts;
using Ledger.Store;
using Marten;
using Marten.Events.Projections;

namespace Ledger.Evidence;

/// <summary>Writes the row of evidence of every report in the transaction of its event. This guarantees that a row is visible exactly when
/// its event is.</summary>
/// <remarks>Marten calls it inline, in rich append mode: positions and versions are known by then, and the rows are inserted in the batch
/// that inserts the events. An exception here fails the append.</remarks>
public sealed class EvidenceProjection : IProjection
{
    /// <summary>Name of the read model.</summary>
    public const string Name = "evidence";

    private static readonly string Insert = $"insert into {TableNames.Evidence} ({EvidenceColumns.Names}) {EvidenceColumns.Rows(_ => "?")}";

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        AppendOrder.Of(operations)?.Restore(events);
        var rows = new List<EvidenceRow>(events.Count);
        foreach (var written in events)
        {
            switch (written.Data)
            {
                case Report report:
                    rows.Add(EvidenceRow.Of(written, report));
                    break;
                case PlatformDefined or PlatformAliasAdded:
                    // Applied when a question is asked, as of its knownAt; never stored in a row.
                    break;
                case EditionImported or EditionWithdrawn:
                    // The edition's reports are the evidence.
                    break;
                default:
                    throw new InvalidOperationException(
                        $"No rule here for {written.EventTypeName} at {written.Sequence}: "
                        + "nothing is appended that may be evidence and leaves no row.");
            }
        }

        if (rows.Count > 0)
        {
            operations.QueueSqlCommand(Insert, EvidenceColumns.Values(rows));
        }

        return Task.CompletedTask;
    }
}
