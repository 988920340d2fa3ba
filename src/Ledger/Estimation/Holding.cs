using Ledger.Vocabulary;


namespace Ledger.Estimation;

/// <summary>The reports that count of one recipient and platform, asked about one day (METHOD.md §6, §8).</summary>
internal sealed class Holding(List<Claim> counting, DateOnly asOf)
{
    private readonly Deals _deals = Deals.Of(counting);
    private readonly List<Claim> _losses = counting.FindAll(claim => claim.Report.Kind == ReportKind.Loss);
    private readonly List<Claim> _observations = counting.FindAll(claim => claim.Report.Kind == ReportKind.Observation);
    private LostSince?[]? _lostSince;

    private readonly record struct Bounds(long Low, long Best, long? High);

    /// <summary>How much of each bound of the losses an observation does not reflect yet.</summary>
    private readonly record struct LostSince(long Most, long Best, long Low);

    public HoldingEstimate Estimate()
    {
        var deals = _deals.At(asOf);
        var supply = Deals.Total(deals);
        var lost = Pooling.Count(_losses, asOf);
        var bounds = Seen(Left(supply.Units, lost), supply.Units.Grounded, lost);
        return new HoldingEstimate
        {
            Low = bounds.Low,
            Best = bounds.Best,
            High = bounds.High,
            Conflicted = supply.Units.Conflicted || lost.Conflicted || ContradictsInventory(),
            OnOrder = supply.OnOrder,
            Announced = supply.Announced,
            Lost = lost.Interval,
            // Of the reports that count, also those whose day has not come at asOf (METHOD.md §8).
            Reports = counting.Count,
            Origins = Origins(),
            Publishers = Publishers(),
            BestGrade = BestGrade(),
            NewestReported = NewestReported(),
            OldestDelivery = OldestDelivery(),
            Deals = deals.ConvertAll(EstimateOf),
        };
    }

    /// <summary>Best of what each supplier delivered, losses and production left out.</summary>
    public IReadOnlyDictionary<string, long> DeliveredBySupplier() => Deals.DeliveredBySupplier(_deals.At(asOf));

    /// <summary>Best of what was passed on to each receiver, by code: the losses that name it, counted as losses are.</summary>
    public SortedDictionary<string, long> PassedOnByReceiver()
    {
        var passedOn = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var losses in _losses.FindAll(loss => loss.Report.To is not null).GroupBy(loss => loss.Report.To!))
            passedOn.Add(losses.Key, Pooling.Count([.. losses], asOf).Best);
        return passedOn;
    }

    /// <summary>What came less what was lost: low less the most that credible reports say, high less the least.</summary>
    private static Bounds Left(Pool came, Pool lost) => new(
        Math.Max(0, came.Low - lost.Most),
        Math.Max(0, came.Best - lost.Best),
        came.High is { } high ? Math.Max(0, high - lost.Low) : null);

    /// <summary>Observations do not add: each raises what was left to what was seen, less what was lost since.</summary>
    private Bounds Seen(Bounds left, bool grounded, Pool lost)
    {
        var (low, best, high) = left;
        var isBestFromDeliveries = counting.Exists(claim => claim.AddsUnits && claim.Credible && claim.When.Middle <= asOf);
        var mostOpen = long.MinValue;
        var anyCredibleOpen = false;
        foreach (var seen in _observations)
        {
            if (!seen.InEffectForHigh(asOf)) continue;
            var since = Since(seen.When.Earliest, lost);
            if (seen.InEffectForLow(asOf)) low = Math.Max(low, seen.Says.Lo - since.Most);
            if (seen.InEffectForBest(asOf) && (seen.Credible || !isBestFromDeliveries))
                best = Math.Max(best, (seen.Points ? seen.Says.Best : seen.Says.Lo) - since.Best);
            if (seen.Says.Hi is { } hi)
            {
                grounded |= seen.Credible;
                if (high < hi - since.Low) high = hi - since.Low;
            }
            else
            {
                anyCredibleOpen |= seen.Credible;
                mostOpen = Math.Max(mostOpen, seen.Says.Lo - since.Low);
            }
        }

        if (mostOpen > high || (anyCredibleOpen && !grounded)) high = null;
        if (high < low) high = low;
        return new Bounds(low, Math.Max(low, Math.Min(best, high ?? best)), high);
    }

    /// <summary>An observation already reflects the losses that were over when it may first have been made. Observations between the
    /// same two losses reflect the same ones, so there are at most as many answers as losses.</summary>
    private LostSince Since(DateOnly seenFrom, Pool lost)
    {
        if (_losses.Count == 0) return default;
        if (_lostSince is null)
        {
            _losses.Sort((one, other) => one.When.Latest.CompareTo(other.When.Latest));
            _lostSince = new LostSince?[_losses.Count + 1];
        }

        var over = OverBy(seenFrom);
        if (_lostSince[over] is { } known) return known;
        var gone = Pooling.Count(_losses.GetRange(0, over), asOf);
        var since = new LostSince(
            Math.Max(0, lost.Most - gone.Most),
            Math.Max(0, lost.Best - gone.Best),
            Math.Max(0, lost.Low - gone.Low));
        _lostSince[over] = since;
        return since;
    }

    /// <summary>How many of the losses, in order of their latest day, were surely over by a day.</summary>
    private int OverBy(DateOnly day)
    {
        var (low, high) = (0, _losses.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_losses[middle].When.Latest > day) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    /// <summary>Whether a credible inventory stated fewer than were surely there at its time.</summary>
    private bool ContradictsInventory()
    {
        Dictionary<DateOnly, long>? lowByDay = null;
        foreach (var seen in _observations)
        {
            if (!seen.Report.Inventory || !seen.InEffectForLow(asOf) || seen.Says.Hi is not { } hi) continue;
            lowByDay ??= [];
            if (!lowByDay.TryGetValue(seen.When.Latest, out var low))
                lowByDay.Add(seen.When.Latest, low = LowWithoutObservations(seen.When.Latest));
            if (hi < low) return true;
        }

        return false;
    }

    private long LowWithoutObservations(DateOnly day) =>
        Left(Deals.Total(_deals.At(day)).Units, Pooling.Count(_losses, day)).Low;

    private static DealEstimate EstimateOf(DealCount deal) => new()
    {
        Supplier = deal.Deal.Supplier,
        Deal = deal.Deal.Name,
        Low = deal.Units.Low,
        Best = deal.Units.Best,
        High = deal.Units.High,
        OnOrder = deal.OnOrder,
        Announced = deal.Announced,
        Conflicted = deal.Units.Conflicted,
        Cancelled = deal.Cancelled,
        Begun = deal.Begun,
        NewestReported = deal.NewestReported,
        Ordered = deal.Ordered.Interval,
        Delivered = deal.Delivered.Interval,
        Produced = deal.Produced.Interval,
    };

    private int Origins()
    {
        var shared = new HashSet<string>();
        var own = 0;
        foreach (var claim in counting)
        {
            if (claim.Report.Origin is { } origin) shared.Add(origin);
            else own++;
        }

        return shared.Count + own;
    }

    private int Publishers()
    {
        var publishers = new HashSet<string>();
        foreach (var claim in counting) publishers.Add(claim.Report.Publisher);
        return publishers.Count;
    }

    private Grade? BestGrade()
    {
        Grade? best = null;
        foreach (var claim in counting)
        {
            if (best is not { } other || Grade.CompareRank(claim.Report.Grade, other) < 0) best = claim.Report.Grade;
        }

        return best;
    }

    private DateOnly? NewestReported()
    {
        DateOnly? newest = null;
        foreach (var claim in counting)
        {
            if (!(newest >= claim.Reported)) newest = claim.Reported;
        }

        return newest;
    }

    private DateOnly? OldestDelivery()
    {
        DateOnly? oldest = null;
        foreach (var claim in counting)
        {
            if (claim.AddsUnits && !(oldest <= claim.When.Earliest)) oldest = claim.When.Earliest;
        }

        return oldest;
    }
}
