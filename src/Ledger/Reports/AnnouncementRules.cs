using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>The rules of <see cref="Announcement"/> alone; those of every report are in <see cref="ReportRules{T}"/>.</summary>
public sealed class AnnouncementRules : ReportRules<Announcement>
{
    public AnnouncementRules() => RuleFor(x => x.Stage).OneOf(WordNames.Stages);
}
