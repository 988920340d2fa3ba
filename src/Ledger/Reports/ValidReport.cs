using Ledger.Facts;

namespace Ledger.Reports;

/// <summary>A report that obeys all rules that do not depend on the ledger, ready for the decision.</summary>
/// <param name="Report">The report, with its feed, id and slug filled in.</param>
/// <param name="EventId">UUID v5 of feed and id.</param>
/// <param name="By">The caller who posts it.</param>
/// <param name="Bytes">Length of the posted body in RFC 8785 form, without id, feed and kind.</param>
public sealed record ValidReport(Report Report, Guid EventId, Problems.Caller By, int Bytes);
