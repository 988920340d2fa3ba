using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The estimate of a recipient's units of a platform: delivered or produced, less reported losses. No service life is modelled.
/// All numbers are items. 0 ≤ Low ≤ Best ≤ High.</summary>
public sealed record HoldingEstimate
{
    /// <summary>What stands on credible evidence.</summary>
    public required long Low { get; init; }

    /// <summary>The best single reading.</summary>
    public required long Best { get; init; }

    /// <summary>The most that the evidence allows; null is open: nobody has bounded it.</summary>
    public required long? High { get; init; }

    /// <summary>High where that is closed; else what is closed of it (METHOD.md §6); by method 1 then 0.</summary>
    public required long ClosedHigh { get; init; }

    /// <summary>Whether credible reports contradict each other.</summary>
    public required bool Conflicted { get; init; }

    /// <summary>Ordered and not yet come: pipeline, not fleet.</summary>
    public required long OnOrder { get; init; }

    /// <summary>Announced since, and not yet ordered: pipeline, not fleet.</summary>
    public required long Announced { get; init; }

    /// <summary>Units operated on loan: beside the fleet, never in it.</summary>
    public required Interval OnLoan { get; init; }

    /// <summary>What would stand more if delistings without a successor set nothing aside: what a source once listed and lists no more,
    /// which is not to say that it is gone.</summary>
    public required Interval Delisted { get; init; }

    /// <summary>Who lists them no more; null: nobody, or a successor stands for each of them.</summary>
    public DelistedBy? DelistedBy { get; init; }

    /// <summary>Units lost.</summary>
    public required Interval Lost { get; init; }

    /// <summary>How many reports count, including those whose day is after <c>asOf</c>; without retractions and delistings.</summary>
    public required int Reports { get; init; }

    /// <summary>How many different origins they have; a report without an origin is its own.</summary>
    public required int Origins { get; init; }

    /// <summary>How many publishers they come from.</summary>
    public required int Publishers { get; init; }

    /// <summary>The best of their grades by rank; null where no report counts.</summary>
    public required Grade? BestGrade { get; init; }

    /// <summary>The newest day on which one was reported; null where none counts.</summary>
    public required DateOnly? NewestReported { get; init; }

    /// <summary>The earliest day on which a delivery or completion among them may have happened; null where there is none.</summary>
    public required DateOnly? OldestDelivery { get; init; }

    /// <summary>The deals with a report that counts, ordered by supplier and deal; of each supplier the undivided reports last.
    /// They need not add up to the holding: undivided reports are about the same units.</summary>
    public required IReadOnlyList<DealEstimate> Deals { get; init; }
}

/// <summary>The delistings without a successor that set reports of a holding aside.</summary>
/// <param name="Day">The newest day on which one was reported.</param>
/// <param name="Publisher">Whose list it is; null: several publishers'.</param>
public sealed record DelistedBy(DateOnly Day, string? Publisher);
