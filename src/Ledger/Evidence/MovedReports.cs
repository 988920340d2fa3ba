using Ledger.Facts;
using Ledger.Store;

namespace Ledger.Evidence;

/// <summary>The reports, of those read so far, whose platform's name has another slug by the rule of today than the one under which they
/// are stored. A report that names one of them, and had its slug from it, belongs to the same holding as before: a withdrawal, or a
/// correction that was posted under the slug that the service had answered.</summary>
/// <remarks>For one reading in the order of positions: a report only names earlier ones.</remarks>
internal sealed class MovedReports
{
    private readonly Dictionary<Guid, (string Stored, string Slug)> _moved = [];

    /// <summary>The report of a stored event, with the slug of its holding; null for an event that is none.</summary>
    public Report? Read(StoredEvent stored)
    {
        if (stored.Read() is not Report posted)
        {
            return null;
        }

        var report = posted.WithSlugOfToday();
        if (_moved.Count > 0 && (report is Withdrawal || posted.PlatformName is null))
        {
            foreach (var named in report is Withdrawal { TargetEvent: { } target } ? [target] : report.SupersededEvents ?? [])
            {
                if (_moved.TryGetValue(named, out var moved) && (report is Withdrawal || moved.Stored == posted.Platform))
                {
                    report = report with { Platform = moved.Slug };
                    break;
                }
            }
        }

        if (report.Platform != posted.Platform)
        {
            _moved[stored.Id] = (posted.Platform!, report.Platform!);
        }

        return report;
    }
}
