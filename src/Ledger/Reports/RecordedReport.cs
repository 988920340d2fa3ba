using System.Text.Json;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>A recorded report.</summary>
/// <param name="Data">The event's JSON as it was stored.</param>
/// <param name="Created">False where it was recorded before.</param>
public sealed record RecordedReport(
    Guid EventId, ReportKind Kind, long Position, DateTimeOffset RecordedAt, string? Reporter, JsonElement Data, bool Created)
{
    /// <summary>The report of a stored event; null for an event of the catalogue or of an edition.</summary>
    public static RecordedReport? Of(StoredEvent stored) => EventTypes.KindOf(stored.Type) is { } kind
        ? new RecordedReport(stored.Id, kind, stored.Position, stored.RecordedAt, stored.Reporter,
            JsonElement.Parse(stored.Data), Created: false)
        : null;
}
