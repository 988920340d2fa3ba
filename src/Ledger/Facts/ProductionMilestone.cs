using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>A production programme reached a point. Only <c>unitsCompleted</c> adds units; the recipient is the country whose fleet
/// they join.</summary>
public sealed record ProductionMilestone() : Report(ReportKind.Milestone)
{
    /// <summary>The point: a word of <see cref="WordNames.Milestones"/>.</summary>
    public string? Milestone { get; init; }

    /// <summary>Declared rate of production.</summary>
    public Rate? Rate { get; init; }

    /// <summary>The place of the works.</summary>
    public string? Site { get; init; }
}

/// <summary>Units per month or year, as declared. A capacity, not a count of units.</summary>
public sealed record Rate
{
    /// <summary>Units, 0–1,000,000.</summary>
    public long? N { get; init; }

    /// <summary>month or year.</summary>
    public string? Per { get; init; }
}
