using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>A report that the ledger holds or, within one transaction or dry run, will hold: the members that a decision needs.</summary>
/// <param name="Stored">The whole report, where it is stored.</param>
/// <param name="Pending">The report, where it is decided in this transaction and not yet written. Both are null for a report of an earlier
/// line of a dry run.</param>
internal sealed record HeldReport(
    ReportKind Kind, string Feed, string Recipient, string Supplier, string Platform, string Stream, string Digest,
    RecordedReport? Stored, NewReport? Pending);
