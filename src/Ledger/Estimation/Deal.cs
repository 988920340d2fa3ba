using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The reports of one deal, or those of one supplier that name no deal, and their counts at a day (METHOD.md §4).</summary>
/// <param name="supplier">The supplier.</param>
/// <param name="name">The deal's name; null: the reports name none.</param>
/// <param name="manyDays">Whether the counts of many days will be asked for, best in their order: the last are kept, and given again
/// for a day on which nothing has changed.</param>
internal sealed class Deal(string supplier, string? name, bool manyDays)
{
    private ChangeDays? _change;
    private (int Alike, DealCount Count)? _last;
    private readonly List<Claim> _reports = [];
    private readonly List<Claim> _announcements = [];
    private readonly List<Claim> _contracts = [];
    private readonly List<Claim> _deliveries = [];
    private readonly List<Claim> _completions = [];
    private readonly List<Claim> _milestones = [];

    public string Supplier { get; } = supplier;

    /// <summary>Null: the reports that name no deal (undivided, METHOD.md §5).</summary>
    public string? Name { get; } = name;

    public void Add(Claim claim)
    {
        _reports.Add(claim);
        switch (claim.Report.Kind)
        {
            case ReportKind.Announcement: _announcements.Add(claim); break;
            case ReportKind.Contract: _contracts.Add(claim); break;
            case ReportKind.Delivery: _deliveries.Add(claim); break;
            case ReportKind.Milestone when claim.AddsUnits: _completions.Add(claim); break;
            case ReportKind.Milestone: _milestones.Add(claim); break;
        }
    }

    /// <summary>Its counts at a day, the announcements left out.</summary>
    /// <param name="asOf">The day.</param>
    /// <param name="method">The method.</param>
    /// <param name="clashes">Takes the reports that contradict each other; null: nobody wants to know.</param>
    public DealCount At(DateOnly asOf, Method method, Clashes? clashes = null)
    {
        if (!manyDays || clashes is not null)
        {
            return CountAt(asOf, method, clashes);
        }

        _change ??= new ChangeDays(_reports, method);
        var alike = _change.AlikeAs(asOf);
        if (_last?.Alike != alike)
        {
            _last = (alike, CountAt(asOf, method, null));
        }

        return _last.Value.Count;
    }

    private DealCount CountAt(DateOnly asOf, Method method, Clashes? clashes)
    {
        var voidUpTo = VoidUpTo(asOf);
        var contracts = _contracts.FindAll(contract => !contract.Report.Cancelled && !(contract.When.Middle <= voidUpTo));
        var delivered = Pooling.Count(_deliveries, asOf, method, climbs: true, clashes: clashes);
        var lines = method.LinesRun ? ProductionLine.Readings(_milestones, _completions, asOf) : null;
        var produced = Pooling.Count(_completions, asOf, method, climbs: true, lines, clashes);
        var ordered = Pooling.Count(contracts, asOf, method);
        var units = IsLicensed(asOf, method) ? Pool.Reconcile(delivered, produced, method) : delivered + produced;
        units = OrderBounds.Of(units, ordered, contracts, asOf, method);
        units = OrderBounds.WithDue(units, ordered, contracts, asOf, method);
        return new DealCount(this)
        {
            Units = units,
            Delivered = delivered,
            Produced = produced,
            Ordered = ordered,
            OnOrder = Math.Max(0, ordered.Best - units.Best),
            VoidUpTo = voidUpTo,
            LastToldOf = LastMiddle([contracts, _deliveries, _completions], asOf),
            Cancelled = voidUpTo is not null && !contracts.Exists(contract => contract.InEffectForBest(asOf)),
            // What is in effect for any bound is in effect for high.
            Begun = _reports.Exists(report => report.InEffectForHigh(asOf)),
            NewestReported = _reports.Max(report => report.Reported),
            Declared = ProductionLine.Declared(_reports, asOf, method),
            Due = EarliestDue(contracts, asOf),
            OrderedWhen = FirstDated(contracts, asOf)?.When,
        };
    }

    /// <summary>How many days passed from its order to its first delivery or completion, by the latest of their windows; null where either
    /// has no date, or not by a day. Units that came before the order was dated came at once.</summary>
    public int? DaysFromOrder(DateOnly asOf)
    {
        var voidUpTo = VoidUpTo(asOf);
        var ordered = FirstDated(_contracts.FindAll(x => !x.Report.Cancelled && !(x.When.Middle <= voidUpTo)), asOf);
        var came = FirstDated([.. _deliveries.Concat(_completions).Where(x => x.Stated.Best > 0)], asOf);
        return ordered?.When.Latest <= asOf && came?.When.Latest <= asOf
            ? Math.Max(0, came.When.Latest.DayNumber - ordered.When.Latest.DayNumber) : null;
    }

    /// <summary>Best of the announcements that are not void and later than a day; null: of all that are not void.</summary>
    public long Announced(DateOnly? voidUpTo, DateOnly? after, DateOnly asOf, Method method)
    {
        if (_announcements.Count == 0)
        {
            return 0;
        }

        var pending = _announcements.FindAll(announcement =>
            !(announcement.When.Middle <= voidUpTo) && !(announcement.When.Middle <= after));
        return Pooling.Count(pending, asOf, method).Best;
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
    private bool IsLicensed(DateOnly asOf, Method method) => _contracts.Exists(contract => contract.Report.LicensedProduction
        && contract.Credible && (method.LicenceHoldsAtAllTimes || contract.When.Middle <= asOf));

    /// <summary>The latest middle of the claims that are in effect for best; null: none is.</summary>
    private static DateOnly? LastMiddle(List<Claim>[] kinds, DateOnly asOf)
    {
        DateOnly? last = null;
        foreach (var claims in kinds)
        {
            foreach (var claim in claims)
            {
                if (claim.InEffectForBest(asOf) && !(claim.When.Middle <= last))
                {
                    last = claim.When.Middle;
                }
            }
        }

        return last;
    }

    /// <summary>Of the claims in effect for best that say when it was, the one that ends first; null: none says so.</summary>
    private static Claim? FirstDated(List<Claim> claims, DateOnly asOf)
    {
        Claim? first = null;
        foreach (var claim in claims)
        {
            if (claim.InEffectForBest(asOf) && claim.Report.Occurred is not null && !(first?.When.Latest <= claim.When.Latest))
            {
                first = claim;
            }
        }

        return first;
    }

    /// <summary>The window of <c>due</c> that ends first among the contracts in effect for best; null: none states one.</summary>
    private static Window? EarliestDue(List<Claim> contracts, DateOnly asOf)
    {
        Window? earliest = null;
        foreach (var contract in contracts)
        {
            if (contract.InEffectForBest(asOf) && contract.Report.Due is { } due && !(earliest?.Latest <= due.Latest))
            {
                earliest = due;
            }
        }

        return earliest;
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

    /// <summary>Contracts and announcements up to this day are void.</summary>
    public DateOnly? VoidUpTo { get; init; }

    /// <summary>The latest middle of the standing contracts, deliveries and completed units in effect for best.</summary>
    public DateOnly? LastToldOf { get; init; }

    public bool Cancelled { get; init; }

    public bool Begun { get; init; }

    public DateOnly NewestReported { get; init; }

    public long Declared { get; init; }

    public Window? Due { get; init; }

    public Window? OrderedWhen { get; init; }
}
