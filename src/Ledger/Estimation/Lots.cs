namespace Ledger.Estimation;

/// <summary>The lots of one count, each pooled, and their sums from any day on (METHOD.md §3, count).</summary>
internal sealed class Lots
{
    private static readonly Lots None = new([]);

    private readonly Suffixes _begun;
    private readonly Suffixes _over;

    private readonly record struct Key(string Supplier, string? Deal, string Lot);

    /// <summary>A lot: its first and last day by its credible reports, else by all, in effect or not, so that a doubtful report
    /// moves neither; its pool; and the pool of its credible reports alone.</summary>
    private readonly record struct Lot(DateOnly Begins, DateOnly Ends, Pool Pool, Pool Credible);

    private Lots(List<Lot> lots)
    {
        _begun = new Suffixes(lots, lot => lot.Begins);
        _over = new Suffixes(lots, lot => lot.Ends);
    }

    /// <summary>The sum of all lots.</summary>
    public Pool Sum => _begun.Pools[0];

    /// <summary>The lots among the reports of one count.</summary>
    public static Lots Of(List<Claim> reports, DateOnly asOf, Method method, Clashes? clashes)
    {
        Dictionary<Key, List<Claim>>? byLot = null;
        foreach (var report in reports)
        {
            if (report.Report.Lot is not { } lot)
            {
                continue;
            }

            // Losses of several deals are counted together: their lots are told apart by supplier and deal.
            var key = new Key(report.Report.Supplier, report.Report.Deal, lot);
            byLot ??= [];
            if (!byLot.TryGetValue(key, out var ofLot))
            {
                byLot.Add(key, ofLot = []);
            }

            ofLot.Add(report);
        }

        return byLot is null ? None : new Lots([.. byLot.Values.Select(ofLot => Pooled(ofLot, asOf, method, clashes))]);
    }

    /// <summary>A running total, raised by the lots that began after it; and in its hi, where the method says so, by those that may have
    /// come after it.</summary>
    public Reading Raise(Reading total, Method method)
    {
        var over = total.Claim.When.Latest;
        var begun = _begun.FirstAfter(over);
        if (!method.LotsMayHaveComeAfter)
        {
            var after = _begun.Pools[begun];
            return total.RaisedBy(after, after, after.Best, after.High);
        }

        var ended = _over.FirstAfter(over);
        return total.RaisedBy(_begun.Pools[begun], _over.Pools[ended],
            (total.Claim.Credible ? _begun.Credible : _begun.Pools)[begun].Best,
            (total.Claim.Credible ? _over.Credible : _over.Pools)[ended].High);
    }

    private static Lot Pooled(List<Claim> ofLot, DateOnly asOf, Method method, Clashes? clashes)
    {
        var credible = ofLot.FindAll(report => report.Credible);
        var dating = credible.Count > 0 ? credible : ofLot;
        var pool = Pooling.OfLot(ofLot, asOf, method, clashes);
        return new Lot(
            dating.Min(report => report.When.Earliest),
            dating.Max(report => report.When.Latest),
            pool,
            credible.Count == ofLot.Count ? pool : Pooling.OfLot(credible, asOf, method));
    }

    /// <summary>The lots in order of a day, and at each index the sum of that lot and of all later ones; at the last index, behind
    /// all lots, nothing.</summary>
    private sealed class Suffixes
    {
        private readonly DateOnly[] _days;

        public Suffixes(List<Lot> lots, Func<Lot, DateOnly> dayOf)
        {
            var ordered = lots.OrderBy(dayOf).ToArray();
            _days = Array.ConvertAll(ordered, lot => dayOf(lot));
            Pools = new Pool[ordered.Length + 1];
            Credible = new Pool[ordered.Length + 1];
            Pools[^1] = Credible[^1] = Pool.Nothing;
            for (var i = ordered.Length - 1; i >= 0; i--)
            {
                Pools[i] = Pools[i + 1] + ordered[i].Pool;
                Credible[i] = Credible[i + 1] + ordered[i].Credible;
            }
        }

        public Pool[] Pools { get; }

        public Pool[] Credible { get; }

        /// <summary>Index of the first lot after a day.</summary>
        public int FirstAfter(DateOnly day)
        {
            var (low, high) = (0, _days.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_days[middle] > day)
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }

            return low;
        }
    }
}
