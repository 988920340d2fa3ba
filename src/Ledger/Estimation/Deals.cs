using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The reports of one deal, or those of one supplier that name no deal, and their counts at a day (METHOD.md §4).</summary>
internal sealed class Deal(string supplier, string? name)
{
    private readonly List<Claim> _reports = [];
    private readonly List<Claim> _announcements = [];
    private readonly List<Claim> _contracts = [];
    private readonly List<Claim> _deliveries = [];
    private readonly List<Claim> _completions = [];
    private readonly List<Claim> _rates = [];

    public string Supplier { get; } = supplier;

    /// <summary>Null: the reports that name no deal (undivided, METHOD.md §5).</summary>
    public string? Name { get; } = name;

    public void Add(Claim claim)
    {
        _reports.Add(claim);
        if (claim.Report.RateAYear is not null || claim.Report.Milestone == Milestone.Halted)
        {
            _rates.Add(claim);
        }

        switch (claim.Report.Kind)
        {
            case ReportKind.Announcement: _announcements.Add(claim); break;
            case ReportKind.Contract: _contracts.Add(claim); break;
            case ReportKind.Delivery: _deliveries.Add(claim); break;
            // Of milestones only completed units add units; the others show only that the deal exists.
            case ReportKind.Milestone when claim.AddsUnits: _completions.Add(claim); break;
        }
    }

    /// <summary>Its counts at a day.</summary>
    public DealCount At(DateOnly asOf)
    {
        var voidUpTo = VoidUpTo(asOf);
        var contracts = _contracts.FindAll(contract => !contract.Report.Cancelled && !(contract.When.Middle <= voidUpTo));
        var delivered = Pooling.Count(_deliveries, asOf);
        var produced = Pooling.Count(_completions, asOf);
        var ordered = Pooling.Count(contracts, asOf);
        var units = IsLicensed(asOf) ? Pool.Reconcile(delivered, produced) : delivered + produced;
        units = BoundedByOrder(units, ordered, contracts, asOf);
        units = WithDueOrders(units, ordered, contracts, asOf);
        return new DealCount(this)
        {
            Units = units,
            Delivered = delivered,
            Produced = produced,
            Ordered = ordered,
            OnOrder = Math.Max(0, ordered.Best - units.Best),
            Announced = Announced(contracts, voidUpTo, asOf),
            Cancelled = voidUpTo is not null && !contracts.Exists(contract => contract.InEffectForBest(asOf)),
            // What is in effect for any bound is in effect for high.
            Begun = _reports.Exists(report => report.InEffectForHigh(asOf)),
            NewestReported = _reports.Max(report => report.Reported),
            Declared = Declared(asOf),
        };
    }

    /// <summary>Units that would have been made by a day at the declared rates. A rate lasts from its middle day to that of the next rate
    /// or halt; a year has 365 days; the sum is rounded down. Of several rates of one day only the top-ranked has any effect. Signals
    /// read it; no estimate depends on it.</summary>
    private long Declared(DateOnly asOf)
    {
        var rates = _rates.FindAll(rate => rate.InEffectForBest(asOf));
        rates.Sort((one, other) => one.When.Middle.CompareTo(other.When.Middle) is not 0 and var order
            ? order
            : Claim.CompareRank(other, one));
        var unitDays = 0L;
        for (var i = 0; i < rates.Count; i++)
        {
            var until = i + 1 < rates.Count ? rates[i + 1].When.Middle : asOf;
            if (rates[i].Report.Milestone != Milestone.Halted)
            {
                unitDays += rates[i].Report.RateAYear!.Value * (until.DayNumber - rates[i].When.Middle.DayNumber);
            }
        }

        return unitDays / 365;
    }

    /// <summary>The middle of the latest credible cancellation, or null: contracts and announcements up to that day are void.</summary>
    private DateOnly? VoidUpTo(DateOnly asOf)
    {
        DateOnly? latest = null;
        foreach (var contract in _contracts)
        {
            var middle = contract.When.Middle;
            if (contract.Report.Cancelled && contract.Credible && middle <= asOf && !(latest >= middle))
            {
                latest = middle;
            }
        }

        return latest;
    }

    // Any credible contract report suffices, also a void one or the cancellation itself (METHOD.md §4).
    private bool IsLicensed(DateOnly asOf) =>
        _contracts.Exists(contract => contract.Report.LicensedProduction && contract.Credible && contract.When.Middle <= asOf);

    /// <summary>An open high of the units that came is bounded by the order, if a credible contract bounds that.</summary>
    private static Pool BoundedByOrder(Pool units, Pool ordered, List<Claim> contracts, DateOnly asOf)
    {
        var isBounded = units.Open && !ordered.Open && ordered.Part >= units.Low
            && contracts.Exists(contract => contract.Credible && contract.When.Earliest <= asOf);
        return isBounded ? units with { Open = false, Part = Math.Max(ordered.Part, units.Part) } : units;
    }

    /// <summary>Raises high to the order once a contract is due: units that are due may have come without a report.</summary>
    private static Pool WithDueOrders(Pool units, Pool ordered, List<Claim> contracts, DateOnly asOf)
    {
        var due = contracts.FindAll(contract => contract.InEffectForHigh(asOf) && contract.Report.Due?.Earliest <= asOf);
        if (due.Count == 0)
        {
            return units;
        }

        return units with
        {
            Open = units.Open || ordered.Open,
            Part = Math.Max(units.Part, ordered.Part),
            TellsHigh = true,
            Grounded = units.Grounded || due.Exists(contract => contract.Credible),
        };
    }

    /// <summary>Best of the announcements that are later than every contract, delivery and completion in effect for best.</summary>
    private long Announced(List<Claim> contracts, DateOnly? voidUpTo, DateOnly asOf)
    {
        if (_announcements.Count == 0)
        {
            return 0;
        }

        var after = voidUpTo;
        foreach (var claims in (List<Claim>[])[contracts, _deliveries, _completions])
        {
            foreach (var claim in claims)
            {
                if (claim.InEffectForBest(asOf) && !(claim.When.Middle <= after))
                {
                    after = claim.When.Middle;
                }
            }
        }

        var pending = _announcements.FindAll(announcement => !(announcement.When.Middle <= after));
        return Pooling.Count(pending, asOf).Best;
    }
}

/// <summary>The counts of one deal at a day: the units that came, high including those that may have come; and the pipeline, which is
/// not fleet.</summary>
internal readonly record struct DealCount(Deal Deal)
{
    public Pool Units { get; init; }

    public Pool Delivered { get; init; }

    public Pool Produced { get; init; }

    public Pool Ordered { get; init; }

    public long OnOrder { get; init; }

    public long Announced { get; init; }

    public bool Cancelled { get; init; }

    public bool Begun { get; init; }

    public DateOnly NewestReported { get; init; }

    public long Declared { get; init; }
}

/// <summary>Units and pipeline of several deals together (METHOD.md §5).</summary>
internal readonly record struct Supply(Pool Units, long OnOrder, long Announced)
{
    public static readonly Supply Nothing = new(Pool.Nothing, 0, 0);

    public static Supply operator +(Supply x, Supply y) => new(x.Units + y.Units, x.OnOrder + y.OnOrder, x.Announced + y.Announced);

    public static Supply Of(DealCount deal) => new(deal.Units, deal.OnOrder, deal.Announced);

    /// <summary>Reconciles this sum of deals with the reports that name none of them: two readings of one number. Units that came beyond
    /// those that the deals account for are subtracted from what is on order in them.</summary>
    public Supply With(DealCount undivided)
    {
        var units = Pool.Reconcile(undivided.Units, Units);
        var stillOnOrder = Math.Max(0, OnOrder - Math.Max(0, units.Best - Units.Best));
        return new Supply(
            units,
            Math.Max(stillOnOrder, undivided.Ordered.Best - units.Best),
            Math.Max(Announced, undivided.Announced));
    }
}

/// <summary>All deals of a holding, ordered by supplier and name; of each supplier the undivided reports last.</summary>
internal sealed class Deals
{
    /// <summary>The supplier of a report whose source named none; its undivided reports are about all suppliers together.</summary>
    public const string UnknownSupplier = "x-unknown";

    private readonly List<Deal> _deals;

    private Deals(List<Deal> deals) => _deals = deals;

    public static Deals Of(List<Claim> counting)
    {
        var deals = new Dictionary<(string Supplier, string? Name), Deal>();
        foreach (var claim in counting)
        {
            if (claim.Report.Kind is ReportKind.Loss or ReportKind.Observation)
            {
                continue;
            }

            var key = (claim.Report.Supplier, claim.Report.Deal);
            if (!deals.TryGetValue(key, out var deal))
            {
                deals.Add(key, deal = new Deal(key.Supplier, key.Deal));
            }

            deal.Add(claim);
        }

        var ordered = new List<Deal>(deals.Values);
        ordered.Sort(Compare);
        return new Deals(ordered);
    }

    public List<DealCount> At(DateOnly asOf) => _deals.ConvertAll(deal => deal.At(asOf));

    /// <summary>Adds up the deals of each supplier, reconciles them with its undivided reports, adds up the suppliers, and reconciles
    /// those with the undivided reports of <see cref="UnknownSupplier"/> (METHOD.md §5).</summary>
    /// <param name="deals">In the order of <see cref="At"/>: by supplier, the undivided one last.</param>
    public static Supply Total(List<DealCount> deals)
    {
        var total = Supply.Nothing;
        DealCount? undividedOfAll = null;
        for (var next = 0; next < deals.Count;)
        {
            var supplier = deals[next].Deal.Supplier;
            var ofSupplier = Supply.Nothing;
            for (; next < deals.Count && deals[next].Deal.Supplier == supplier; next++)
            {
                var deal = deals[next];
                if (deal.Deal.Name is not null)
                {
                    ofSupplier += Supply.Of(deal);
                }
                else if (supplier == UnknownSupplier)
                {
                    undividedOfAll = deal;
                }
                else
                {
                    ofSupplier = ofSupplier.With(deal);
                }
            }

            total += ofSupplier;
        }

        return undividedOfAll is { } undivided ? total.With(undivided) : total;
    }

    /// <summary>Best of the deliveries of each supplier, by code. The undivided reports of <see cref="UnknownSupplier"/> give it only the
    /// difference between the whole and the other suppliers. The difference is negative where those reports are credible and lower
    /// than a doubtful sum of the others; so the suppliers always add up to what was delivered.</summary>
    /// <param name="deals">In the order of <see cref="At"/>.</param>
    public static SortedDictionary<string, long> DeliveredBySupplier(List<DealCount> deals)
    {
        var deliveries = deals.ConvertAll(deal => deal with { Units = deal.Delivered });
        var ofSuppliers = deliveries.FindAll(deal => deal.Deal is not { Supplier: UnknownSupplier, Name: null });
        var delivered = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var supplier in ofSuppliers.ConvertAll(deal => deal.Deal.Supplier).Distinct())
        {
            delivered.Add(supplier, Total(ofSuppliers.FindAll(deal => deal.Deal.Supplier == supplier)).Units.Best);
        }

        if (ofSuppliers.Count < deliveries.Count)
        {
            var beyond = Total(deliveries).Units.Best - Total(ofSuppliers).Units.Best;
            delivered[UnknownSupplier] = delivered.GetValueOrDefault(UnknownSupplier) + beyond;
        }

        return delivered;
    }

    private static int Compare(Deal left, Deal right)
    {
        var bySupplier = string.CompareOrdinal(left.Supplier, right.Supplier);
        if (bySupplier != 0 || left.Name is null || right.Name is null)
        {
            return bySupplier != 0 ? bySupplier : (left.Name is null ? 1 : 0) - (right.Name is null ? 1 : 0);
        }

        return string.CompareOrdinal(left.Name, right.Name);
    }
}
