using Ledger.Vocabulary;


namespace Ledger.Estimation;

/// <summary>How a holding is estimated, method 1 (METHOD.md). Pure: the same reports and question give the same answer, now, then and
/// at the auditor's. The walk: <see cref="ReportSelection"/> decides which reports count (§1), <see cref="Claim"/> what each says (§2),
/// <see cref="Pooling"/> what several say of one number (§3), <see cref="Deals"/> what came and what is to come (§4, §5); losses and
/// observations join them in <see cref="Holding"/> (§6); <see cref="FleetTotals"/> adds holdings up (§7).</summary>
public static class Estimator
{
    /// <summary>The version of the rules; part of every answer.</summary>
    public const int Method = 1;

    /// <summary>Estimates one holding.</summary>
    /// <param name="reports">All reports of one recipient and platform, in any order; positions and event ids differ.</param>
    /// <param name="asOf">Facts up to this day.</param>
    /// <param name="knownAt">Only what the ledger held at this position.</param>
    /// <param name="reportedBy">Only what sources had said by this day; null: no limit.</param>
    /// <param name="items">The platform's factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static HoldingEstimate Estimate(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return HoldingOf(reports, asOf, knownAt, reportedBy, items).Estimate();
    }

    /// <summary>Estimates one holding on many days. The reports are heard once, and a day on which nothing comes into effect that was not
    /// in effect on the day before it in the list has that day's estimate, so a long series costs what its reports cost.</summary>
    /// <param name="days">In any order; the answer has one estimate for each, in theirs.</param>
    /// <inheritdoc cref="Estimate" path="/param[@name!='asOf']"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyList<HoldingEstimate> Estimates(
        IReadOnlyList<EvidenceRecord> reports, IReadOnlyList<DateOnly> days, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        var counting = Counting(reports, knownAt, reportedBy, items);
        var turns = Turns(counting);
        var estimates = new HoldingEstimate[days.Count];
        var before = -1;
        for (var i = 0; i < days.Count; i++)
        {
            var passed = Passed(turns, days[i]);
            estimates[i] = passed == before ? estimates[i - 1] : new Holding(counting, days[i]).Estimate();
            before = passed;
        }

        return estimates;
    }

    /// <summary>Best of what each supplier had delivered, in items, by code: the flows of arms are its differences. Losses are not
    /// subtracted, production is not added; what reports of no deal and no known supplier add beyond all the others is
    /// <c>x-unknown</c>'s, and may be less than nothing. The sum is what the holding was delivered.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyDictionary<string, long> DeliveredBySupplier(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return HoldingOf(reports, asOf, knownAt, reportedBy, items).DeliveredBySupplier();
    }

    /// <summary>Best of what reports say was passed on, in items, by the code of who received it: the losses that count and name that
    /// receiver, lots and totals pooled as losses are. No estimate depends on it.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyDictionary<string, long> PassedOnByReceiver(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return HoldingOf(reports, asOf, knownAt, reportedBy, items).PassedOnByReceiver();
    }

    /// <summary>What every visible report does to that estimate, in order of position. Asked for apart, since fleets do not need it;
    /// the factor plays no part in it.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    public static IReadOnlyList<ReportEffect> EffectsOf(IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy) =>
        ReportSelection.Of(reports, knownAt, reportedBy, ItemsPerSystem.Unknown).ConvertAll(claim => EffectOf(claim, asOf));

    private static Holding HoldingOf(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return new Holding(Counting(reports, knownAt, reportedBy, items), asOf);
    }

    private static List<Claim> Counting(IReadOnlyList<EvidenceRecord> reports, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        if (!items.IsValid) throw new ArgumentOutOfRangeException(nameof(items), items, "A factor has 1 ≤ Min ≤ Usual ≤ Max ≤ 1,000.");
        return ReportSelection.Of(reports, knownAt, reportedBy, items).FindAll(claim => claim.Counts);
    }

    /// <summary>The only days on which an estimate can change, in order: every rule asks of the day in question no more than whether it
    /// has reached the earliest, middle or latest day of a report's window, or the earliest of what is due.</summary>
    private static DateOnly[] Turns(List<Claim> counting)
    {
        var turns = new SortedSet<DateOnly>();
        foreach (var claim in counting)
        {
            turns.UnionWith([claim.When.Earliest, claim.When.Middle, claim.When.Latest, claim.Report.Due?.Earliest ?? claim.When.Latest]);
        }

        return [.. turns];
    }

    /// <summary>How many of them a day has reached.</summary>
    private static int Passed(DateOnly[] turns, DateOnly day) => Array.BinarySearch(turns, day) is >= 0 and var at ? at + 1 : ~Array.BinarySearch(turns, day);

    private static ReportEffect EffectOf(Claim claim, DateOnly asOf)
    {
        var low = claim.Counts && claim.InEffectForLow(asOf);
        var best = claim.Counts && claim.InEffectForBest(asOf);
        var high = claim.Counts && claim.InEffectForHigh(asOf);
        var setAside = claim.Counts && !(low || best || high) ? ExclusionReason.NotYet : claim.Exclusion;
        return new ReportEffect(claim.Report.EventId, claim.Report.Position, claim.When, low, best, high, setAside);
    }
}
