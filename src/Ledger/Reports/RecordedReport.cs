using System.Text.Json;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>A report as the ledger holds it.</summary>
/// <param name="Data">The event's JSON as it was stored.</param>
/// <param name="Created">False where it was there already.</param>
public sealed record RecordedReport(Guid EventId, ReportKind Kind, long Position, DateTimeOffset RecordedAt, string? Reporter, JsonElement Data, bool Created);
