using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>How a holding is estimated (METHOD.md), by one implementation for all methods. Pure: the same reports and question give the
/// same estimate, for the current one, any past one and the auditor's. <see cref="ReportSelection"/> decides which reports count (§1),
/// <see cref="Claim"/> reads each (§2), <see cref="Pooling"/> pools those about one number (§3), <see cref="Deals"/> counts the deals
/// (§4, §5); losses and observations join them in <see cref="Holding"/> (§6); <see cref="FleetTotals"/> adds holdings up (§7).</summary>
public static class Estimator
{
    /// <summary>The most reports for which is told what decides an estimate.</summary>
    public const int TracedReports = 250;

    /// <summary>The most figures that are worked out to find out.</summary>
    private const int TracedFigures = 4_000;

    /// <summary>Estimates one holding.</summary>
    /// <param name="reports">All reports of one recipient and platform, in any order; positions and event ids differ.</param>
    /// <param name="clocks">The clocks and the method of the question.</param>
    /// <param name="items">The platform's factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static HoldingEstimate Estimate(IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items) =>
        Selection.Of(reports, clocks, items).EstimateAt(clocks.AsOf);

    /// <summary>Estimates one holding on many days. The reports are selected once, and neighbouring days of the list between which nothing
    /// changes share one estimate. So the cost of a series in ascending order grows with its reports, and with the days on which units
    /// are under way.</summary>
    /// <param name="days">In any order; the result has one estimate for each, in the same order.</param>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyList<HoldingEstimate> Estimates(
        IReadOnlyList<EvidenceRecord> reports, IReadOnlyList<DateOnly> days, Clocks clocks, ItemsPerSystem items)
    {
        var selection = Selection.Of(reports, clocks, items, manyDays: true);
        var change = selection.ChangeDays();
        var estimates = new HoldingEstimate[days.Count];
        for (var i = 0; i < days.Count; i++)
        {
            estimates[i] = i > 0 && change.AreAlike(days[i - 1], days[i]) ? estimates[i - 1] : selection.EstimateAt(days[i]);
        }

        return estimates;
    }

    /// <summary>The days of a range on which the estimate of a holding turns.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day, not before it.</param>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static Turns Turns(
        IReadOnlyList<EvidenceRecord> reports, DateOnly from, DateOnly to, Clocks clocks, ItemsPerSystem items)
    {
        var selection = Selection.Of(reports, clocks, items, manyDays: true);
        return new TurnSearch(day => selection.At(day).Units(), selection.ChangeDays(), from, to).Find();
    }

    /// <summary>Units that came from each supplier up to a day, in items, by code; flows are their differences between two days. Losses
    /// are not subtracted. <c>x-unknown</c> has also the difference between the whole and the other suppliers, which may be negative:
    /// best of the suppliers adds up to the whole. By method 1 deliveries alone, without production.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyDictionary<string, Interval> UnitsBySupplier(
        IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items) =>
        Selection.Of(reports, clocks, items).At(clocks.AsOf).BySupplier();

    /// <summary>What was passed on to each receiver, in items, by code: the count of the losses that name the receiver. No estimate
    /// depends on it.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyDictionary<string, Interval> PassedOnByReceiver(
        IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items) =>
        Selection.Of(reports, clocks, items).At(clocks.AsOf).PassedOnByReceiver();

    /// <summary>The deals of that estimate, without the rest of it.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyList<DealEstimate> DealsOf(IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items) =>
        Selection.Of(reports, clocks, items).At(clocks.AsOf).Deals();

    /// <summary>Of each order of the holding of which both days are known, how many days passed to its first delivery
    /// (<see cref="UsualTimes"/>).</summary>
    /// <param name="reports">All reports of one recipient and platform, in any order; positions and event ids differ.</param>
    /// <param name="clocks">The clocks and the method of the question.</param>
    /// <param name="items">The platform's factor.</param>
    public static IReadOnlyList<int> DaysFromOrder(IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items) =>
        [.. Deals.Of(ReportSelection.Of(reports, clocks, items).FindAll(claim => claim.Counts)).DaysFromOrder(clocks.AsOf)];

    /// <summary>The effect of every visible report on that estimate, in order of position. Separate from the estimate, since fleets do not
    /// need it. The platform's factor has no influence on it.</summary>
    /// <param name="reports">All reports of one recipient and platform, in any order; positions and event ids differ.</param>
    /// <param name="clocks">The clocks and the method of the question.</param>
    public static IReadOnlyList<ReportEffect> EffectsOf(IReadOnlyList<EvidenceRecord> reports, Clocks clocks) =>
        ReportSelection.Of(reports, clocks, ItemsPerSystem.Unknown).ConvertAll(claim => EffectOf(claim, clocks.AsOf));

    /// <summary>What makes the estimate what it is; null where more than <see cref="TracedReports"/> count, or it
    /// takes too many estimates to find out.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static EstimateTrace? TraceOf(IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items)
    {
        var (counting, method, asOf) = (Selection.Of(reports, clocks, items).Reports.Counting, clocks.Method, clocks.AsOf);
        if (counting.Count > TracedReports)
        {
            return null;
        }

        // The books are worked out anew for the days of each inventory.
        var effort = new Effort(TracedFigures / (1 + counting.Count(x => x.Report.Inventory)));
        var clashes = new Holding(counting, asOf, method).ClashingPairs(effort)
            .ConvertAll(x => (One: x.One.Report.EventId, Other: x.Other.Report.EventId));
        var trace = new EstimateTrace(Deciding(x => x.Lo), Deciding(x => x.Best), Deciding(x => x.Hi),
            clashes.Concat(clashes.Select(x => (One: x.Other, Other: x.One))).Distinct().ToLookup(x => x.One, x => x.Other));
        return effort.IsSpent ? null : trace;

        HashSet<Guid> Deciding(Func<Interval, long?> bound)
        {
            var some = Decisive.Among(counting, effort, x => bound(new Holding(x, asOf, method).Units()));
            return [.. some?.Select(x => x.Report.EventId) ?? []];
        }
    }

    private static ReportEffect EffectOf(Claim claim, DateOnly asOf)
    {
        var low = claim.Counts && claim.InEffectForLow(asOf);
        var best = claim.Counts && claim.InEffectForBest(asOf);
        var high = claim.Counts && claim.InEffectForHigh(asOf);
        var exclusion = claim.Counts && !(low || best || high) ? ExclusionReason.NotYet : claim.Exclusion;
        return new ReportEffect(claim.Report.EventId, claim.Report.Position, claim.When, low, best, high, exclusion)
        {
            Reported = claim.Reported,
            SetAsideBy = claim.SetAsideBy,
            Reads = claim.IsOfUnits && claim.Report.Milestone is null or Milestone.UnitsCompleted ? claim.Stated : null,
        };
    }

    /// <summary>What the question selects of a holding's reports.</summary>
    /// <param name="Reports">Those that count, and those of units on loan.</param>
    /// <param name="Listed">The reports that would count if delistings without a successor set nothing aside; null: the same.</param>
    /// <param name="DelistedBy">Whose delistings those are; null: nobody's.</param>
    private readonly record struct Selection(
        HoldingReports Reports, HoldingReports? Listed, DelistedBy? DelistedBy)
    {
        public static Selection Of(
            IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items, bool manyDays = false)
        {
            if (!items.IsValid)
            {
                throw new ArgumentOutOfRangeException(nameof(items), items, "A factor has 1 ≤ Min ≤ Usual ≤ Max ≤ 1,000.");
            }

            var visible = ReportSelection.Of(reports, clocks, items);
            var listed = visible.Exists(claim => claim.Exclusion == ExclusionReason.Delisted)
                ? ReportSelection.Of(
                    [.. reports.Where(report => report is not { Kind: ReportKind.Delisting, Successor: null })], clocks, items)
                : null;
            return new Selection(
                new HoldingReports(visible.FindAll(claim => claim.Counts), visible.FindAll(claim => claim.IsOnLoan), clocks.Method,
                    manyDays),
                listed is null ? null : new HoldingReports(listed.FindAll(claim => claim.Counts), [], clocks.Method, manyDays),
                listed is null ? null : By(visible));
        }

        private static DelistedBy? By(List<Claim> visible)
        {
            var acting = visible.Where(x => x.Exclusion == ExclusionReason.Delisted).Select(x => x.SetAsideBy).ToHashSet();
            var delistings = visible.FindAll(x => x.Report.Successor is null && acting.Contains(x.Report.EventId));
            return delistings.Count == 0 ? null : new DelistedBy(delistings.Max(x => x.Reported),
                delistings.TrueForAll(x => x.Report.Publisher == delistings[0].Report.Publisher) ? delistings[0].Report.Publisher : null);
        }

        public HoldingEstimate EstimateAt(DateOnly asOf)
        {
            var holding = At(asOf);
            return Listed is null ? holding.Estimate(holding)
                : holding.Estimate(new Holding(Listed, asOf)) with { DelistedBy = DelistedBy };
        }

        public Holding At(DateOnly asOf) => new(Reports, asOf);

        public ChangeDays ChangeDays() => new(
            [.. Reports.Counting, .. Reports.OnLoan, .. Listed?.Counting ?? []], Reports.Method);
    }
}
