using Ledger.Vocabulary;

namespace Ledger.Estimation;

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

    /// <summary>When its contracts say that it is due, the one that ends first; null where none says so.</summary>
    public required Window? Due { get; init; }

    /// <summary>The window of its first standing contract that says when it was; null: none does.</summary>
    public required Window? OrderedWhen { get; init; }

    /// <summary>Ordered and not come: what was ordered has more than what came. Best is <see cref="OnOrder"/>.</summary>
    public Interval Outstanding => Difference.Of(Ordered, new Interval(Low, Best, High));

    internal static DealEstimate Of(DealCount deal) => new()
    {
        Supplier = deal.Deal.Supplier,
        Deal = deal.Deal.Name,
        Low = deal.Units.Low,
        Best = deal.Units.Best,
        High = deal.Units.High,
        OnOrder = deal.OnOrder,
        Announced = deal.Announced,
        Conflicted = deal.Units.Conflicted,
        Cancelled = deal.Cancelled,
        Begun = deal.Begun,
        NewestReported = deal.NewestReported,
        Ordered = deal.Ordered.Interval,
        Delivered = deal.Delivered.Interval,
        Produced = deal.Produced.Interval,
        Due = deal.Due,
        OrderedWhen = deal.OrderedWhen,
    };
}
