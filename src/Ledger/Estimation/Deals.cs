using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>All deals of a holding, ordered by supplier and name; of each supplier the undivided reports last.</summary>
internal sealed class Deals
{
    /// <summary>The supplier of a report whose source named none; its undivided reports are about all suppliers together.</summary>
    public const string UnknownSupplier = "x-unknown";

    private readonly List<Deal> _deals;

    private Deals(List<Deal> deals) => _deals = deals;

    /// <summary>Groups reports by deal.</summary>
    /// <param name="counting">The reports that count.</param>
    /// <param name="manyDays">Whether the counts of many days will be asked for.</param>
    public static Deals Of(List<Claim> counting, bool manyDays = false)
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
                deals.Add(key, deal = new Deal(key.Supplier, key.Deal, manyDays));
            }

            deal.Add(claim);
        }

        var ordered = new List<Deal>(deals.Values);
        ordered.Sort(Compare);
        return new Deals(ordered);
    }

    /// <summary>The counts of all deals at a day.</summary>
    /// <param name="asOf">The day.</param>
    /// <param name="method">The method.</param>
    /// <param name="clashes">Takes the reports of what came that contradict each other; null: nobody wants to know.</param>
    public List<DealCount> At(DateOnly asOf, Method method, Clashes? clashes = null)
    {
        var counts = _deals.ConvertAll(deal => deal.At(asOf, method, clashes));
        for (var i = 0; i < counts.Count; i++)
        {
            var deal = counts[i].Deal;
            var after = method.AnnouncementsSpeakOfDeals && deal.Name is null
                ? counts.FindAll(other => SpeaksOf(deal, other.Deal)).Max(other => other.LastToldOf)
                : counts[i].LastToldOf;
            counts[i] = counts[i] with { Announced = deal.Announced(counts[i].VoidUpTo, after, asOf, method) };
        }

        return counts;
    }

    /// <summary>Of each order of which both days are known, how many days it took to its first delivery. What is undivided is no
    /// order.</summary>
    public IEnumerable<int> DaysFromOrder(DateOnly asOf) => _deals.Where(deal => deal.Name is not null)
        .Select(deal => deal.DaysFromOrder(asOf)).OfType<int>();

    /// <summary>Adds up the deals of each supplier, reconciles them with its undivided reports, adds up the suppliers, and reconciles
    /// those with the undivided reports of <see cref="UnknownSupplier"/> (METHOD.md §5).</summary>
    /// <param name="deals">In the order of <see cref="At"/>: by supplier, the undivided one last.</param>
    /// <param name="method">The method.</param>
    public static Supply Total(List<DealCount> deals, Method method)
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
                    ofSupplier = ofSupplier.With(deal, method);
                }
            }

            total += ofSupplier;
        }

        return undividedOfAll is { } undivided ? total.With(undivided, method) : total;
    }

    /// <summary>The units that came from each supplier, by code. The undivided reports of <see cref="UnknownSupplier"/> give it only the
    /// difference between the whole and the other suppliers. Its best is negative where those reports are credible and lower than a
    /// doubtful sum of the others; so the suppliers always add up to the whole.</summary>
    /// <param name="deals">In the order of <see cref="At"/>.</param>
    /// <param name="method">The method.</param>
    public static SortedDictionary<string, Interval> BySupplier(List<DealCount> deals, Method method)
    {
        var came = method.FlowsAreOfUnits ? deals : deals.ConvertAll(deal => deal with { Units = deal.Delivered });
        var ofSuppliers = came.FindAll(deal => deal.Deal is not { Supplier: UnknownSupplier, Name: null });
        var bySupplier = new SortedDictionary<string, Interval>(StringComparer.Ordinal);
        foreach (var supplier in ofSuppliers.ConvertAll(deal => deal.Deal.Supplier).Distinct())
        {
            bySupplier.Add(supplier, Total(ofSuppliers.FindAll(deal => deal.Deal.Supplier == supplier), method).Units.Interval);
        }

        if (ofSuppliers.Count < came.Count)
        {
            var beyond = Difference.Of(Total(came, method).Units.Interval, Total(ofSuppliers, method).Units.Interval, mayFall: true);
            bySupplier[UnknownSupplier] = bySupplier.TryGetValue(UnknownSupplier, out var named) ? named + beyond : beyond;
        }

        return bySupplier;
    }

    /// <summary>Whether the reports that name no deal of a supplier speak of a deal: of its own, and those of
    /// <see cref="UnknownSupplier"/> of everybody's.</summary>
    private static bool SpeaksOf(Deal undivided, Deal deal) =>
        undivided.Supplier == UnknownSupplier || undivided.Supplier == deal.Supplier;

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
