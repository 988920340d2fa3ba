using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>Why a visible report has no effect (METHOD.md §1, §8); where several reasons fit, the first in this order.</summary>
public enum ExclusionReason
{
    /// <summary>Named by a visible retraction.</summary>
    Retracted = 1,

    /// <summary>Replaced, at any number of steps, by a visible report that is neither retracted nor of credibility 5.</summary>
    Superseded = 2,

    /// <summary>Named by a visible delisting that is not retracted.</summary>
    Delisted = 3,

    /// <summary>Not a transfer.</summary>
    Role = 4,

    /// <summary>Of credibility 5.</summary>
    Improbable = 5,

    /// <summary>Another report of the same statement counts in its place.</summary>
    SameOrigin = 6,

    /// <summary>It counts, but is in effect for no bound at <c>asOf</c>.</summary>
    NotYet = 7,
}

/// <summary>The effect of one visible report on an estimate: the bounds for which it is in effect, or the reason why it is set aside.
/// Retractions and delistings have neither.</summary>
/// <param name="EventId">Event id of the report.</param>
/// <param name="Position">Position of the report; effects are ordered by it.</param>
/// <param name="When">The window of its date; without a date, the reported day.</param>
/// <param name="Low">In effect for low: credible, and latest ≤ asOf.</param>
/// <param name="Best">In effect for best: usable, and middle ≤ asOf.</param>
/// <param name="High">In effect for high: possible, and earliest ≤ asOf.</param>
/// <param name="Exclusion">Null where it is in effect for a bound, and for retractions and delistings.</param>
public sealed record ReportEffect(Guid EventId, long Position, Window When, bool Low, bool Best, bool High, ExclusionReason? Exclusion)
{
    /// <summary>The reported day (METHOD.md §1).</summary>
    public required DateOnly Reported { get; init; }

    /// <summary>Event id of the report that sets it aside: the retraction, the report that supersedes it, the delisting, or the report of
    /// the same statement that counts in its place. Null where no report does.</summary>
    public Guid? SetAsideBy { get; init; }

    /// <summary>What its quantity is read as, in items, by the method of the question (METHOD.md §2), before anything is pooled. Null of
    /// what states no units: retractions, delistings, and milestones other than completed units.</summary>
    public Interval? Reads { get; init; }
}

/// <summary>What makes a figure what it is: the reports that decide it, and those that contradict each other.</summary>
/// <param name="Low">Event ids of reports that alone give the same low.</param>
/// <param name="Best">Event ids of reports that alone give the same best.</param>
/// <param name="High">Event ids of reports that alone give the same high.</param>
/// <param name="Clashes">By event id of a report those of the reports that contradict it; the holding is conflicted if there are
/// any.</param>
public sealed record EstimateTrace(
    IReadOnlySet<Guid> Low, IReadOnlySet<Guid> Best, IReadOnlySet<Guid> High, ILookup<Guid, Guid> Clashes);
