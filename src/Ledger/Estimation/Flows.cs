using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>Units that went from one code to another within a range of years (METHOD.md §7).</summary>
/// <param name="Supplier">Code of the supplier, or of the holder that passed the units on.</param>
/// <param name="Recipient">Code of the receiver.</param>
/// <param name="Category">Category of the platforms: units add up within one, never across.</param>
/// <param name="Kind">A delivery, or units that were passed on.</param>
/// <param name="Units">Items: the count at the end of the years less the count before them. Never zero in every bound (by method 1 never
/// in best); best is negative only from <c>x-unknown</c>, and by method 1 also where a correction or a smaller later total says so.</param>
public sealed record Flow(string Supplier, string Recipient, Category Category, FlowKind Kind, Interval Units);

/// <summary>The range of years that flows are asked for.</summary>
/// <param name="From">The first year, 1–9999; null: from the beginning.</param>
/// <param name="To">The last year, 1–9999; null: up to <c>asOf</c>. The range never goes beyond
/// <c>asOf</c>, since later deliveries have not happened yet.</param>
public readonly record struct Years(int? From, int? To)
{
    /// <summary>The last day before the range, whose count is subtracted; null where the range has no beginning.</summary>
    public DateOnly? Before(DateOnly asOf) => From is { } year and > 1 ? Earlier(new DateOnly(year - 1, 12, 31), asOf) : null;

    /// <summary>The last day of the range.</summary>
    public DateOnly End(DateOnly asOf) => To is { } year ? Earlier(new DateOnly(year, 12, 31), asOf) : asOf;

    private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;
}

/// <summary>Derives flows from the evidence of holdings. Pure.</summary>
public static class Flows
{
    private delegate IReadOnlyDictionary<string, Interval> CountByCode(
        IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items);

    /// <summary>What came to the recipients of these holdings, by supplier. Losses are not subtracted. Best of the flows of all years adds
    /// up to what came.</summary>
    public static IEnumerable<Flow> Deliveries(IEnumerable<HoldingEvidence> holdings, Years years, Clocks clocks) => Summed(
        from holding in holdings
        from flow in Change(Estimator.UnitsBySupplier, holding, years, clocks)
        select new Flow(flow.Key, holding.Recipient, holding.Platform.Category, FlowKind.Delivery, flow.Value), clocks.Method);

    /// <summary>Units that holders passed on, by receiver: never part of the sum of deliveries.</summary>
    public static IEnumerable<Flow> Onward(IEnumerable<HoldingEvidence> holdings, Years years, Clocks clocks) => Summed(
        from holding in holdings
        from flow in Change(Estimator.PassedOnByReceiver, holding, years, clocks)
        select new Flow(holding.Recipient, flow.Key, holding.Platform.Category, FlowKind.Onward, flow.Value), clocks.Method);

    private static Dictionary<string, Interval> Change(CountByCode count, HoldingEvidence holding, Years years, Clocks clocks)
    {
        IReadOnlyDictionary<string, Interval> At(DateOnly day) =>
            count(holding.Reports, clocks with { AsOf = day }, holding.Platform.Items);
        var (last, first) = (years.End(clocks.AsOf), years.Before(clocks.AsOf));
        if (first >= last)
        {
            // Years that lie after asOf: nothing of them has happened, however uncertain what came before is.
            return [];
        }

        var end = At(last);
        if (first is not { } before)
        {
            return new Dictionary<string, Interval>(end);
        }

        var start = At(before);
        return end.Keys.Union(start.Keys).ToDictionary(code => code, code => Difference.Of(
            end.GetValueOrDefault(code, Interval.None), start.GetValueOrDefault(code, Interval.None),
            mayFall: code == Deals.UnknownSupplier || !clocks.Method.FlowsAreOfUnits));
    }

    private static IEnumerable<Flow> Summed(IEnumerable<Flow> flows, Method method) =>
        from flow in flows
        group flow.Units by flow with { Units = Interval.None } into same
        let sum = same.Aggregate((x, y) => x + y)
        where method.FlowsAreOfUnits ? sum != Interval.None : sum.Best != 0
        select same.Key with { Units = sum };
}
