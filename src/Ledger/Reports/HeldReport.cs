using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>An event that the ledger holds already, as far as a decision needs it.</summary>
/// <param name="Stored">The whole event, where it is stored.</param>
/// <param name="Pending">The report, where it is decided but not yet written; null too for what a dry run only supposes.</param>
internal sealed record HeldReport(ReportKind Kind, string Feed, string Recipient, string Supplier, string Platform, string Stream, string Digest,
    RecordedReport? Stored, NewReport? Pending);
