using Ledger.Vocabulary;


namespace Ledger.Estimation;

/// <summary>What went from one to another in some years.</summary>
/// <param name="Supplier">Who delivered it, or who passed it on.</param>
/// <param name="Recipient">Who received it.</param>
/// <param name="Category">Of the platforms: units add up within one, never across.</param>
/// <param name="Best">Items, best reading: what stood at the end of the years less what stood before them, so that a correction, or a
/// total that turns out smaller, may make it negative. Never zero.</param>
public sealed record Flow(string Supplier, string Recipient, Category Category, FlowKind Kind, long Best);

/// <summary>The years of flows.</summary>
/// <param name="From">The first year, 1–9999; null: from the beginning.</param>
/// <param name="To">The last year, 1–9999; null: up to the day that is asked about. That day ends them in any case: what lies after it
/// has not happened yet.</param>
public readonly record struct Years(int? From, int? To)
{
    /// <summary>The day whose deliveries are subtracted; null where nothing came before.</summary>
    public DateOnly? Before(DateOnly asOf) => From is { } year and > 1 ? Earlier(new DateOnly(year - 1, 12, 31), asOf) : null;

    /// <summary>The last day.</summary>
    public DateOnly End(DateOnly asOf) => To is { } year ? Earlier(new DateOnly(year, 12, 31), asOf) : asOf;

    private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;
}

/// <summary>Flows from evidence. Pure.</summary>
public static class Flows
{
    private delegate IReadOnlyDictionary<string, long> Counted(
        IReadOnlyList<EvidenceRecord> reports, DateOnly asOf, long knownAt, DateOnly? reportedBy, ItemsPerSystem items);

    /// <summary>What was delivered to the recipients of these holdings: by each supplier, losses not subtracted, production not added.
    /// Over all years they add up to what was delivered.</summary>
    public static IEnumerable<Flow> Deliveries(IEnumerable<HoldingEvidence> holdings, Years years, Clocks clocks) => Summed(
        from holding in holdings
        from flow in Change(Estimator.DeliveredBySupplier, holding, years, clocks)
        select new Flow(flow.Key, holding.Recipient, holding.Platform.Category, FlowKind.Delivery, flow.Value));

    /// <summary>What holders passed on, by whom they passed it on to: never part of the sum of deliveries.</summary>
    public static IEnumerable<Flow> Onward(IEnumerable<HoldingEvidence> holdings, Years years, Clocks clocks) => Summed(
        from holding in holdings
        from flow in Change(Estimator.PassedOnByReceiver, holding, years, clocks)
        select new Flow(holding.Recipient, flow.Key, holding.Platform.Category, FlowKind.Onward, flow.Value));

    private static Dictionary<string, long> Change(Counted counted, HoldingEvidence holding, Years years, Clocks clocks)
    {
        IReadOnlyDictionary<string, long> At(DateOnly day) =>
            counted(holding.Reports, day, clocks.KnownAt, clocks.ReportedBy, holding.Platform.Items);
        var change = new Dictionary<string, long>(At(years.End(clocks.AsOf)));
        if (years.Before(clocks.AsOf) is { } before)
        {
            foreach (var (code, count) in At(before)) change[code] = change.GetValueOrDefault(code) - count;
        }

        return change;
    }

    private static IEnumerable<Flow> Summed(IEnumerable<Flow> flows) =>
        from flow in flows
        group flow.Best by flow with { Best = 0 } into same
        let sum = same.Sum()
        where sum != 0
        select same.Key with { Best = sum };
}
