using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>The rules of <see cref="Observation"/> alone; those of every report are in <see cref="ReportRules{T}"/>.</summary>
public sealed class ObservationRules : ReportRules<Observation>
{
    public ObservationRules() => RuleFor(x => x.Setting).OneOf(WordNames.Settings);
}
