using Ledger.Vocabulary;

namespace Ledger.Fleets;

/// <summary>How a holding is estimated, method 1 (estimation.md). Pure: the same reports and question give the same answer, now, then and
/// at the auditor's. The walk: <see cref="Hearing"/> decides which reports count (§1), <see cref="Claim"/> what each says (§2),
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
        IReadOnlyList<Evidence> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return HoldingOf(reports, asOf, knownAt, reportedBy, items).Estimate();
    }

    /// <summary>Best of what each supplier had delivered, in items, by code: the flows of arms are its differences. Losses are not
    /// subtracted, production is not added; what reports of no deal and no known supplier add beyond all the others is
    /// <c>x-unknown</c>'s, and may be less than nothing. The sum is what the holding was delivered.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyDictionary<string, long> DeliveredBySupplier(
        IReadOnlyList<Evidence> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return HoldingOf(reports, asOf, knownAt, reportedBy, items).DeliveredBySupplier();
    }

    /// <summary>Best of what reports say was passed on, in items, by the code of who received it: the losses that count and name that
    /// receiver, lots and totals pooled as losses are. No estimate depends on it.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not valid.</exception>
    public static IReadOnlyDictionary<string, long> PassedOnByReceiver(
        IReadOnlyList<Evidence> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        return HoldingOf(reports, asOf, knownAt, reportedBy, items).PassedOnByReceiver();
    }

    /// <summary>What every visible report does to that estimate, in order of position. Asked for apart, since fleets do not need it;
    /// the factor plays no part in it.</summary>
    /// <inheritdoc cref="Estimate" path="/param"/>
    public static IReadOnlyList<Standing> Standings(IReadOnlyList<Evidence> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy) =>
        Hearing.Of(reports, knownAt, reportedBy, ItemsPerSystem.Unknown).ConvertAll(claim => StandingOf(claim, asOf));

    private static Holding HoldingOf(
        IReadOnlyList<Evidence> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items)
    {
        if (!items.IsValid) throw new ArgumentOutOfRangeException(nameof(items), items, "A factor has 1 ≤ Min ≤ Usual ≤ Max ≤ 1,000.");
        return new Holding(Hearing.Of(reports, knownAt, reportedBy, items).FindAll(claim => claim.Counts), asOf);
    }

    private static Standing StandingOf(Claim claim, DateOnly asOf)
    {
        var low = claim.Counts && claim.InEffectForLow(asOf);
        var best = claim.Counts && claim.InEffectForBest(asOf);
        var high = claim.Counts && claim.InEffectForHigh(asOf);
        var setAside = claim.Counts && !(low || best || high) ? SetAside.NotYet : claim.SetAside;
        return new Standing(claim.Report.EventId, claim.Report.Position, claim.When, low, best, high, setAside);
    }
}
