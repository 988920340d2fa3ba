namespace Ledger.Estimation;

/// <summary>Units and pipeline of several deals together (METHOD.md §5).</summary>
internal readonly record struct Supply(Pool Units, long OnOrder, long Announced)
{
    public static readonly Supply Nothing = new(Pool.Nothing, 0, 0);

    public static Supply operator +(Supply x, Supply y) => new(x.Units + y.Units, x.OnOrder + y.OnOrder, x.Announced + y.Announced);

    public static Supply Of(DealCount deal) => new(deal.Units, deal.OnOrder, deal.Announced);

    /// <summary>Reconciles this sum of deals with the reports that name none of them: two readings of one number. Units that came beyond
    /// those that the deals account for are subtracted from what is on order in them.</summary>
    public Supply With(DealCount undivided, Method method)
    {
        var units = Pool.Reconcile(undivided.Units, Units, method);
        var stillOnOrder = Math.Max(0, OnOrder - Math.Max(0, units.Best - Units.Best));
        return new Supply(
            units,
            Math.Max(stillOnOrder, undivided.Ordered.Best - units.Best),
            Math.Max(Announced, undivided.Announced));
    }
}
