using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>One thing that is not known of a holding. No estimate depends on it.</summary>
public sealed record NotKnown
{
    public required UnknownKind Kind { get; init; }

    public required string Recipient { get; init; }

    /// <summary>Slug.</summary>
    public required string Platform { get; init; }

    public required string PlatformName { get; init; }

    /// <summary>Whether it is about one deal, and not about the whole holding.</summary>
    public bool IsOfDeal => Supplier is not null;

    /// <summary>The supplier of the deal; null where it is about no deal.</summary>
    public string? Supplier { get; init; }

    /// <summary>Slug of the deal; null also where it is about that supplier's reports that name none.</summary>
    public string? Deal { get; init; }

    /// <summary>Items of the holding; of the deal, where it is about one.</summary>
    public required Interval Units { get; init; }

    /// <summary>Items of the order that are unaccounted for; null where it is about no order.</summary>
    public long? Outstanding { get; init; }

    /// <summary>Since when it is not known: the day of the last news, or the day by which a line ran; null elsewhere.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>In English.</summary>
    public string Words => UnknownWords.Of(this);

    /// <summary>Event ids of the reports that it rests on, in order of position; some kinds have none.</summary>
    public required IReadOnlyList<Guid> Reports { get; init; }
}

/// <summary>Finds what is not known of a holding. Pure. Like <see cref="Signals"/> it uses the reports that count, each as soon as it is in
/// effect for any bound.</summary>
public static class Unknowns
{
    /// <summary>Years after which silence is something not known.</summary>
    public const int YearsOfSilence = 5;

    /// <summary>What is not known of one holding, in any order.</summary>
    public static IReadOnlyList<NotKnown> Of(HoldingEvidence holding, Clocks clocks) => Of(holding, holding.Estimate(clocks), clocks);

    /// <summary>The same, where the estimate was made already.</summary>
    /// <param name="holding">The holding.</param>
    /// <param name="estimate">Its estimate by these clocks.</param>
    /// <param name="clocks">The clocks.</param>
    public static IReadOnlyList<NotKnown> Of(HoldingEvidence holding, HoldingEstimate estimate, Clocks clocks)
    {
        var counting = ReportSelection.Of(holding.Reports, clocks, holding.Platform.Items).FindAll(claim => claim.Counts);
        var begun = counting.FindAll(claim => claim.InEffectForHigh(clocks.AsOf));
        if (begun.Count == 0)
        {
            return [];
        }

        var whole = new NotKnown
        {
            Kind = default,
            Recipient = holding.Recipient,
            Platform = holding.Platform.Slug,
            PlatformName = holding.Platform.Definition.Name,
            Units = new Interval(estimate.Low, estimate.Best, estimate.High),
            Reports = [],
        };
        List<NotKnown> found = [.. OfHolding(whole, estimate, begun, holding.Platform.Provisional, clocks.AsOf)];
        var byDeal = begun.Where(claim => claim.Report.Kind is not (ReportKind.Loss or ReportKind.Observation))
            .ToLookup(claim => (claim.Report.Supplier, claim.Report.Deal));
        foreach (var deal in estimate.Deals)
        {
            var ofDeal = whole with
            {
                Supplier = deal.Supplier,
                Deal = deal.Deal,
                Units = new Interval(deal.Low, deal.Best, deal.High),
            };
            found.AddRange(OfDeal(ofDeal, deal, [.. byDeal[(deal.Supplier, deal.Deal)]], estimate.OnOrder, clocks.AsOf));
        }

        if (estimate.Conflicted)
        {
            found.AddRange(Conflicts(whole, estimate, counting, clocks));
        }

        return found;
    }

    private static IEnumerable<NotKnown> OfHolding(
        NotKnown whole, HoldingEstimate estimate, List<Claim> begun, bool isProvisional, DateOnly asOf)
    {
        if (estimate.High is null)
        {
            yield return whole with { Kind = UnknownKind.OpenBound, Reports = IdsOf(begun.Where(LeavesOpen)) };
        }

        if (estimate.NewestReported is { } newest && IsLongBefore(newest, asOf))
        {
            yield return whole with
            {
                Kind = UnknownKind.NoNews,
                Since = newest,
                Reports = IdsOf(begun.Where(claim => claim.Reported == newest)),
            };
        }

        if (isProvisional)
        {
            yield return whole with { Kind = UnknownKind.ProvisionalPlatform };
        }
    }

    private static IEnumerable<NotKnown> OfDeal(
        NotKnown ofDeal, DealEstimate deal, List<Claim> begun, long onOrder, DateOnly asOf)
    {
        if (begun.Count == 0)
        {
            yield break;
        }

        var running = ProductionLine.Uncounted(
            begun.FindAll(claim => claim is { AddsUnits: false, Report.Kind: ReportKind.Milestone }),
            begun.FindAll(claim => claim is { AddsUnits: true, Report.Kind: ReportKind.Milestone }), asOf);
        if (running.Count > 0)
        {
            yield return ofDeal with
            {
                Kind = UnknownKind.UncountedLine,
                Since = running.Min(claim => Earlier(claim.When.Latest, asOf)),
                Reports = IdsOf(running),
            };
        }

        // What the other deals, or what was seen, account for is no longer outstanding.
        var outstanding = Math.Min(deal.OnOrder, onOrder);
        var last = begun.Max(claim => Earlier(claim.When.Latest, asOf));
        if (outstanding > 0 && !deal.Cancelled && IsLongBefore(Later(last, LastDue(begun)), asOf))
        {
            yield return ofDeal with
            {
                Kind = UnknownKind.SilentOrder,
                Outstanding = outstanding,
                Since = last,
                Reports = IdsOf(begun),
            };
        }
    }

    /// <summary>One for each deal whose reports contradict each other; one for the whole holding where its losses or a stock count
    /// do.</summary>
    private static IEnumerable<NotKnown> Conflicts(NotKnown whole, HoldingEstimate estimate, List<Claim> counting, Clocks clocks)
    {
        var clashing = Holding.ClashesAmong(counting, clocks.AsOf, clocks.Method).Reports();
        foreach (var deal in estimate.Deals.Where(x => x.Conflicted))
        {
            yield return whole with
            {
                Kind = UnknownKind.Conflict,
                Supplier = deal.Supplier,
                Deal = deal.Deal,
                Units = new Interval(deal.Low, deal.Best, deal.High),
                Reports = IdsOf(clashing.Where(claim => claim.Report.Kind != ReportKind.Loss
                    && claim.Report.Supplier == deal.Supplier && claim.Report.Deal == deal.Deal)),
            };
        }

        Claim[] others =
        [
            .. clashing.Where(claim => claim.Report.Kind == ReportKind.Loss),
            .. new Holding(counting, clocks.AsOf, clocks.Method).CountsBelowTheBooks(),
        ];
        if (others.Length > 0)
        {
            yield return whole with { Kind = UnknownKind.Conflict, Reports = IdsOf(others) };
        }
    }

    /// <summary>Whether a report by itself sets no upper bound to what came, is due or was seen.</summary>
    private static bool LeavesOpen(Claim claim) => claim.Report.Kind switch
    {
        ReportKind.Delivery or ReportKind.Contract or ReportKind.Observation => claim.Stated.Hi is null,
        ReportKind.Milestone => claim.Report.Milestone is Milestone.ProductionStarted or Milestone.FirstUnit
            || (claim.AddsUnits && claim.Stated.Hi is null),
        _ => false,
    };

    private static DateOnly? LastDue(List<Claim> begun) => begun.Max(claim => claim.Report.Due?.Latest);

    private static bool IsLongBefore(DateOnly day, DateOnly asOf) =>
        asOf.Year > YearsOfSilence && day < asOf.AddYears(-YearsOfSilence);

    private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;

    private static DateOnly Later(DateOnly one, DateOnly? other) => other > one ? other.Value : one;

    private static IReadOnlyList<Guid> IdsOf(IEnumerable<Claim> claims) =>
        [.. claims.OrderBy(claim => claim.Report.Position).Select(claim => claim.Report.EventId)];
}
