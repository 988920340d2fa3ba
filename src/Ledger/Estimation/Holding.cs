using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The estimate of one recipient and platform at one day, from the reports that count (METHOD.md §6, §8).</summary>
internal sealed class Holding
{
    private readonly HoldingReports _reports;
    private readonly List<Claim> _counting;
    private readonly DateOnly _asOf;
    private readonly Method _method;
    private readonly Losses _losses;
    private readonly List<DealCount> _counts;
    private readonly Supply _supply;
    private readonly Inventories _inventories;

    /// <summary>The same of the credible reports that count alone; itself where no doubtful one counts.</summary>
    private readonly Lazy<Holding> _credible;

    /// <param name="reports">The reports.</param>
    /// <param name="asOf">The day.</param>
    public Holding(HoldingReports reports, DateOnly asOf)
    {
        (_reports, _counting, _asOf, _method) = (reports, reports.Counting, asOf, reports.Method);
        _losses = reports.LossesAt(asOf);
        _counts = reports.Deals.At(asOf, _method);
        _supply = Estimation.Deals.Total(_counts, _method);
        _inventories = new Inventories(reports, asOf);
        _credible = new Lazy<Holding>(() => reports.Credible == reports ? this : new Holding(reports.Credible, asOf));
    }

    /// <param name="counting">The reports that count.</param>
    /// <param name="asOf">The day.</param>
    /// <param name="method">The method.</param>
    public Holding(List<Claim> counting, DateOnly asOf, Method method)
        : this(new HoldingReports(counting, [], method), asOf)
    {
    }

    /// <summary>The estimate.</summary>
    /// <param name="listed">The same holding, had delistings without a successor set nothing aside; itself where there are none.</param>
    public HoldingEstimate Estimate(Holding listed)
    {
        var (bounds, fromOrder) = Bounds();
        return new HoldingEstimate
        {
            Low = bounds.Low,
            Best = bounds.Best,
            High = bounds.High,
            ClosedHigh = bounds.High ?? (_method.TellsWhatIsClosed ? ClosedOfOpen(bounds.Best) : 0),
            Conflicted = _supply.Units.Conflicted || _losses.Count.Conflicted || _inventories.Contradict(),
            OnOrder = Math.Max(0, _supply.OnOrder - (_method.SeenCameFromOrder ? fromOrder : 0)),
            Announced = _supply.Announced,
            OnLoan = OnLoan(),
            Delisted = listed == this ? Interval.None : Difference.OfMore(listed.Bounds().Bounds.Interval, bounds.Interval),
            Lost = _losses.Count.Interval,
            Reports = _counting.Count,
            Origins = _reports.Evidence.Origins,
            Publishers = _reports.Evidence.Publishers,
            BestGrade = _reports.Evidence.BestGrade,
            NewestReported = _reports.Evidence.NewestReported,
            OldestDelivery = _reports.Evidence.OldestDelivery,
            Deals = Deals(),
        };
    }

    /// <summary>Low, best and high of the estimate, without the rest of it.</summary>
    public Interval Units() => Bounds().Bounds.Interval;

    /// <summary>The contradictions in what came and in what was lost. A stock count that contradicts the books is none of them: it
    /// contradicts a sum, no single report.</summary>
    /// <param name="counting">The reports that count.</param>
    /// <param name="asOf">The day.</param>
    /// <param name="method">The method.</param>
    public static Clashes ClashesAmong(List<Claim> counting, DateOnly asOf, Method method)
    {
        var clashes = new Clashes();
        Estimation.Deals.Of(counting).At(asOf, method, clashes);
        Pooling.Count(counting.FindAll(claim => claim.Report.Kind == ReportKind.Loss), asOf, method, clashes: clashes);
        return clashes;
    }

    /// <summary>The stock counts that state fewer units than low of the books of their day.</summary>
    public List<Claim> CountsBelowTheBooks() => _inventories.TooSmall();

    /// <summary>The pairs of reports for which it is conflicted; an inventory that is too small with each of the reports that stand against
    /// it.</summary>
    /// <param name="effort">How many figures may be worked out for it; where it is spent, some are left out.</param>
    public List<ClashingPair> ClashingPairs(Effort effort)
    {
        var others = _counting.FindAll(claim => claim.Report.Kind != ReportKind.Observation);
        return
        [
            .. ClashesAmong(_counting, _asOf, _method).Pairs(),
            .. from inventory in _inventories.TooSmall()
               from other in Decisive.Among(others, effort,
                   some => new Holding([.. some, inventory], _asOf, _method)._inventories.Contradict()) ?? []
               select new ClashingPair(inventory, other),
        ];
    }

    /// <summary>The deals with a report that counts.</summary>
    public IReadOnlyList<DealEstimate> Deals() => _counts.ConvertAll(DealEstimate.Of);

    /// <summary>Units that came from each supplier, by code, without losses.</summary>
    public IReadOnlyDictionary<string, Interval> BySupplier() => Estimation.Deals.BySupplier(_counts, _method);

    /// <summary>What was passed on to each receiver, by code: the count of the losses that name it.</summary>
    public SortedDictionary<string, Interval> PassedOnByReceiver()
    {
        var passedOn = new SortedDictionary<string, Interval>(StringComparer.Ordinal);
        foreach (var losses in _counting.FindAll(claim => claim.Report is { Kind: ReportKind.Loss, To: not null })
            .GroupBy(loss => loss.Report.To!))
        {
            passedOn.Add(losses.Key, Pooling.Count([.. losses], _asOf, _method).Interval);
        }

        return passedOn;
    }

    /// <summary>The bounds, and how many units of best were seen beyond the books.</summary>
    private (Books Bounds, long Seen) Bounds()
    {
        var books = Books.Of(_supply.Units, _losses.Count);
        StockCount? stock = null;
        if (_method.StockCountsWriteOff)
        {
            books = books.InOrder();
            stock = _inventories.WritingOff();
            books = stock is null ? books : WrittenOff(books, stock);
        }

        var bounds = WithObservations(books, stock);
        if (_method.DoubtLowersNoHigh && _credible.Value is var credible && credible != this)
        {
            var least = credible.Bounds().Bounds.High;
            bounds = bounds with { High = least is { } atLeast && bounds.High is { } high ? Math.Max(atLeast, high) : null };
        }

        return (bounds, bounds.Best - books.Best);
    }

    /// <summary>What was surely there at a stock count and is not in it is written off; low is at most what the credible reports alone
    /// leave of best.</summary>
    private Books WrittenOff(Books books, StockCount stock)
    {
        var low = Math.Max(0, books.Low - stock.MissingLow);
        var best = Math.Max(0, books.Best - MissingBest(stock));
        var credible = _credible.Value;
        var credibleBest = Math.Max(0,
            Books.Of(credible._supply.Units, credible._losses.Count).InOrder().Best - credible.MissingBest(stock));
        low = Math.Min(low, credibleBest);
        return books with { Low = low, Best = Math.Max(best, low) };
    }

    /// <summary>What best of the books had on the day of a stock count and is not in it, less the losses that were told of since, which may
    /// be of the same units.</summary>
    private long MissingBest(StockCount stock) => Math.Max(0,
        _reports.BooksAt(stock.Then).Best - stock.Count.Stated.Best - _losses.TotalsGainedSince(stock.Count.When.Latest));

    /// <summary>Raises each bound to the largest observation, each less the losses after it. Observations do not add up.</summary>
    private Books WithObservations(Books books, StockCount? stock)
    {
        var (low, best, high) = books;
        var grounded = _supply.Units.Grounded;
        var isBestKnown = IsBestKnown();
        var mostOpen = long.MinValue;
        var anyCredibleOpen = false;
        foreach (var observation in _reports.Observations)
        {
            if (!observation.InEffectForHigh(_asOf))
            {
                continue;
            }

            var lostAfter = _losses.After(observation.When.Earliest);
            var raises = stock is null || observation == stock.Count || observation.When.Latest > stock.Count.When.Latest;
            if (raises && observation.InEffectForLow(_asOf))
            {
                low = Math.Max(low, observation.Stated.Lo - lostAfter.Most);
            }

            if (raises && observation.InEffectForBest(_asOf) && (observation.Credible || !isBestKnown))
            {
                best = Math.Max(best, (observation.Points ? observation.Stated.Best : observation.Stated.Lo) - lostAfter.Best);
            }

            if (observation.Stated.Hi is { } hi)
            {
                grounded |= observation.Credible;
                if (high < hi - lostAfter.Low)
                {
                    high = hi - lostAfter.Low;
                }
            }
            else
            {
                anyCredibleOpen |= observation.Credible;
                mostOpen = Math.Max(mostOpen, observation.Stated.Lo - lostAfter.Low);
            }
        }

        var isOpen = mostOpen > high || (anyCredibleOpen && !grounded);
        return new Books(low, best, isOpen ? null : high).InOrder();
    }

    /// <summary>Whether credible reports say what best is, so that doubtful observations do not.</summary>
    private bool IsBestKnown() => _method.SeenSilencesDoubt
        ? _counting.Exists(claim => claim.Credible && (
            (claim.AddsUnits && claim.When.Latest <= _asOf)
            || (claim.Report.Kind == ReportKind.Observation && claim.Points && claim.When.Middle <= _asOf)))
        : _counting.Exists(claim => claim.Credible && claim.AddsUnits && claim.When.Middle <= _asOf);

    /// <summary>What is closed of an open high.</summary>
    private long ClosedOfOpen(long best)
    {
        var closed = Math.Max(best, Math.Max(0, _supply.Units.Part - _losses.Count.Low));
        foreach (var observation in _reports.Observations)
        {
            if (observation.InEffectForHigh(_asOf) && observation.Stated.Hi is { } hi)
            {
                closed = Math.Max(closed, hi - _losses.After(observation.When.Earliest).Low);
            }
        }

        return closed;
    }

    /// <summary>Units on loan less those returned, by the counts of their deliveries and losses.</summary>
    private Interval OnLoan()
    {
        if (_reports.OnLoan.Count == 0)
        {
            return Interval.None;
        }

        var came = _reports.OnLoan.FindAll(claim => claim.Report.Kind == ReportKind.Delivery)
            .GroupBy(claim => (claim.Report.Supplier, claim.Report.Deal))
            .Aggregate(Pool.Nothing, (sum, deal) => sum + Pooling.Count([.. deal], _asOf, _method, climbs: true));
        var returned = Pooling.Count(_reports.OnLoan.FindAll(claim => claim.Report.Kind == ReportKind.Loss), _asOf, _method);
        return Books.Of(came, returned).InOrder().Interval;
    }
}
