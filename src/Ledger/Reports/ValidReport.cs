using Ledger.Facts;

namespace Ledger.Reports;

/// <summary>A report that obeys every rule of its own, ready to be decided on by the history.</summary>
/// <param name="Report">The report, with its feed, id and slug filled in.</param>
/// <param name="EventId">UUID v5 of feed and id.</param>
/// <param name="By">Who posts it.</param>
/// <param name="Bytes">Of what was posted, in RFC 8785 form, less id, feed and kind.</param>
public sealed record ValidReport(Report Report, Guid EventId, Problems.Caller By, int Bytes);
