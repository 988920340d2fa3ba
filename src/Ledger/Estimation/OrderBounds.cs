namespace Ledger.Estimation;

/// <summary>What a deal's contracts say of the units that came (METHOD.md §4, ordered).</summary>
internal static class OrderBounds
{
    /// <summary>High of the units that came, bounded by the order, if a credible contract bounds that.</summary>
    public static Pool Of(Pool units, Pool ordered, List<Claim> contracts, DateOnly asOf, Method method)
    {
        // A tranche bounds no deal.
        var bounds = !ordered.Open && ordered.Part >= units.Low && contracts.Exists(contract => contract.Credible
            && contract.When.Earliest <= asOf && !(method.OrdersBoundDeals && contract.Report.Lot is not null));
        if (!bounds || !(units.Open || method.OrdersBoundDeals))
        {
            return units;
        }

        var most = method.OrdersBoundDeals
            ? Math.Max(units.Best, Math.Min(units.High ?? ordered.Part, ordered.Part))
            : Math.Max(ordered.Part, units.Part);
        return units with { Open = false, Part = most };
    }

    /// <summary>Raises high to the order once a contract is due: what is due may have come without a report. So may, by method 2, an order
    /// of which nobody says when it is due.</summary>
    public static Pool WithDue(Pool units, Pool ordered, List<Claim> contracts, DateOnly asOf, Method method)
    {
        var maySilentlyBeFilled = method.OrdersBoundDeals && (!ordered.Open || !units.TellsHigh) && ordered.Best > units.Best;
        var due = contracts.FindAll(contract => contract.InEffectForHigh(asOf) && (contract.Report.Due is { } day
            ? day.Earliest <= asOf
            : maySilentlyBeFilled && contract.When.Latest <= asOf));
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
}
