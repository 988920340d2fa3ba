using Ledger.Vocabulary;


namespace Ledger.Estimation;

/// <summary>Why a visible report counts for nothing (METHOD.md §1, §8); where several reasons fit, the first in this order.</summary>
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

    /// <summary>Another report of the same statement counts for it.</summary>
    SameOrigin = 6,

    /// <summary>It counts, but at the day asked for it is in effect for no bound.</summary>
    NotYet = 7,
}

/// <summary>What one visible report does to an estimate: the bounds for which it is in effect, or the reason why it is set aside.
/// Retractions and delistings have neither.</summary>
/// <param name="EventId">Of the report.</param>
/// <param name="Position">Of the report; standings are ordered by it.</param>
/// <param name="When">The days that its date may mean; of a report without one, the day on which it was reported.</param>
/// <param name="Low">In effect for low: credible, and surely past.</param>
/// <param name="Best">In effect for best: usable, and probably past.</param>
/// <param name="High">In effect for high: possible, and perhaps past.</param>
/// <param name="Exclusion">Null where it is in effect for a bound, and for retractions and delistings.</param>
public sealed record ReportEffect(Guid EventId, long Position, Window When, bool Low, bool Best, bool High, ExclusionReason? Exclusion);
