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

    /// <summary>Whether credible reports contradict each other.</summary>
    public required bool Conflicted { get; init; }

    /// <summary>Ordered and not yet come: pipeline, not fleet.</summary>
    public required long OnOrder { get; init; }

    /// <summary>Announced since, and not yet ordered: pipeline, not fleet.</summary>
    public required long Announced { get; init; }

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

/// <summary>The counts of one deal, from its own reports alone. All numbers are items.</summary>
public sealed record DealEstimate
{
    /// <summary>Code of the supplier, <c>x-unknown</c> where the source named none.</summary>
    public required string Supplier { get; init; }

    /// <summary>Slug of the deal. Null: the reports about all deals of that supplier; with <c>x-unknown</c>, of all suppliers.</summary>
    public required string? Deal { get; init; }

    /// <summary>Units that came, on credible evidence.</summary>
    public required long Low { get; init; }

    /// <summary>Units that came, best reading.</summary>
    public required long Best { get; init; }

    /// <summary>Units that may have come, what is due included; null is open.</summary>
    public required long? High { get; init; }

    /// <summary>Ordered and not yet come.</summary>
    public required long OnOrder { get; init; }

    /// <summary>Announced since, and not yet ordered.</summary>
    public required long Announced { get; init; }

    /// <summary>Whether credible reports of its deliveries or completed units contradict each other.</summary>
    public required bool Conflicted { get; init; }

    /// <summary>Whether a credible cancellation is in effect, and no contract after it.</summary>
    public required bool Cancelled { get; init; }

    /// <summary>Whether any of its reports is in effect for a bound.</summary>
    public required bool Begun { get; init; }

    /// <summary>The newest day on which one of its reports that count was reported.</summary>
    public required DateOnly NewestReported { get; init; }

    /// <summary>How far the deal has come, by best: cancelled as above; else, where no unit came, announced (none ordered) or onOrder; else
    /// partlyDelivered while units are on order, then delivered. A unit comes by delivery or production.</summary>
    public DealStage Stage => Cancelled ? DealStage.Cancelled
        : Best == 0 ? Ordered.Best == 0 ? DealStage.Announced : DealStage.OnOrder
        : OnOrder > 0 ? DealStage.PartlyDelivered : DealStage.Delivered;

    /// <summary>Units of its contracts, those cancelled left out.</summary>
    public required Interval Ordered { get; init; }

    /// <summary>Units delivered.</summary>
    public required Interval Delivered { get; init; }

    /// <summary>Units completed by a production programme.</summary>
    public required Interval Produced { get; init; }
}
