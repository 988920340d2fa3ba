using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>How a holding is estimated, method 1 (METHOD.md). Pure: the same reports and question give the same estimate, for the current
/// one, any past one and the auditor's. <see cref="ReportSelection"/> decides which reports count (§1), <see cref="Claim"/> reads each
/// (§2), <see cref="Pooling"/> pools those about one number (§3), <see cref="Deals"/> counts the deals (§4, §5); losses and observations
/// join them in <see cref="Holding"/> (§6); <see cref="FleetTotals"/> adds holdings up (§7).</summary>
public static class Estimator
{
    /// <summary>The version of the rules; part of every response.</summary>
    public const int Method = 1;

    /// <summary>Estimates one holding.</summary>
    /// <param name="reports">All reports of one recipient and platform, in any order; positions and event ids differ.</param>
    /// <param name="asOf">Facts up to this day.</param>
    /// <param name="knownAt">Only reports up to this position.</param>
    /// <param name="reportedBy">Only reports whose reported day is not after this day; null: no limit.</param>
    /// <param name="items">The platform's factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static HoldingEstimate Estimate(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return HoldingOf(reports, asOf, knownAt, reportedBy, items).Estimate();
    }

    /// <summary>Estimates one holding on many days. The reports are selected once, and neighbouring days of the list between which nothing
    /// changes share one estimate. So the cost of a series in ascending order grows with its reports, not with its days.</summary>
    /// <param name="days">In any order; the result has one estimate for each, in the same order.</param>
    /// <inheritdoc cref="Estimate" path="/param[@name!='asOf']"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyList<HoldingEstimate> Estimates(
        IReadOnlyList<EvidenceRecord> reports, IReadOnlyList<DateOnly> days, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        var counting = Counting(reports, knownAt, reportedBy, items);
        var changeDates = ChangeDates(counting);
        var estimates = new HoldingEstimate[days.Count];
        var previous = -1;
        for (var i = 0; i < days.Count; i++)
        {
            var reached = CountReached(changeDates, days[i]);
            estimates[i] = reached == previous ? estimates[i - 1] : new Holding(counting, days[i]).Estimate();
            previous = reached;
        }

        return estimates;
    }

    /// <summary>Best of the deliveries of each supplier up to a day, in items, by code; flows are its differences between two days. Losses
    /// are not subtracted, production is not added. <c>x-unknown</c> has also the difference between the whole and the other suppliers,
    /// which may be negative: the suppliers add up to what the holding was delivered.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyDictionary<string, long> DeliveredBySupplier(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return HoldingOf(reports, asOf, knownAt, reportedBy, items).DeliveredBySupplier();
    }

    /// <summary>Best of what was passed on to each receiver, in items, by code: the count of the losses that name the receiver. No estimate
    /// depends on it.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyDictionary<string, long> PassedOnByReceiver(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return HoldingOf(reports, asOf, knownAt, reportedBy, items).PassedOnByReceiver();
    }

    /// <summary>The effect of every visible report on that estimate, in order of position. Separate from the estimate, since fleets do not
    /// need it. The platform's factor has no influence on it.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    public static IReadOnlyList<ReportEffect> EffectsOf(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy) =>
        ReportSelection.Of(reports, knownAt, reportedBy, ItemsPerSystem.Unknown).ConvertAll(claim => EffectOf(claim, asOf));

    private static Holding HoldingOf(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return new Holding(Counting(reports, knownAt, reportedBy, items), asOf);
    }

    private static List<Claim> Counting(IReadOnlyList<EvidenceRecord> reports, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        if (!items.IsValid)
        {
            throw new ArgumentOutOfRangeException(nameof(items), items, "A factor has 1 ≤ Min ≤ Usual ≤ Max ≤ 1,000.");
        }

        return ReportSelection.Of(reports, knownAt, reportedBy, items).FindAll(claim => claim.Counts);
    }

    /// <summary>The only days on which an estimate can change, in order. Every rule compares the day in question only with the earliest,
    /// middle and latest day of a report's window and with the earliest day of an order's <c>due</c>.</summary>
    private static DateOnly[] ChangeDates(List<Claim> counting)
    {
        var dates = new SortedSet<DateOnly>();
        foreach (var claim in counting)
        {
            dates.UnionWith([claim.When.Earliest, claim.When.Middle, claim.When.Latest, claim.Report.Due?.Earliest ?? claim.When.Latest]);
        }

        return [.. dates];
    }

    /// <summary>How many of the change dates are not after a day.</summary>
    private static int CountReached(DateOnly[] changeDates, DateOnly day)
    {
        var at = Array.BinarySearch(changeDates, day);
        return at >= 0 ? at + 1 : ~at;
    }

    private static ReportEffect EffectOf(Claim claim, DateOnly asOf)
    {
        var low = claim.Counts && claim.InEffectForLow(asOf);
        var best = claim.Counts && claim.InEffectForBest(asOf);
        var high = claim.Counts && claim.InEffectForHigh(asOf);
        var exclusion = claim.Counts && !(low || best || high) ? ExclusionReason.NotYet : claim.Exclusion;
        return new ReportEffect(claim.Report.EventId, claim.Report.Position, claim.When, low, best, high, exclusion);
    }
}
