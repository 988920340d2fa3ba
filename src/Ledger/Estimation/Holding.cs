using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The estimate of one recipient and platform at one day, from the reports that count (METHOD.md §6, §8).</summary>
internal sealed class Holding(List<Claim> counting, DateOnly asOf)
{
    private readonly Deals _deals = Deals.Of(counting);
    private readonly List<Claim> _losses = counting.FindAll(claim => claim.Report.Kind == ReportKind.Loss);
    private readonly List<Claim> _observations = counting.FindAll(claim => claim.Report.Kind == ReportKind.Observation);
    private LostSince?[]? _lostSince;

    private readonly record struct Bounds(long Low, long Best, long? High);

    /// <summary>The part of each bound of the losses that is later than an observation.</summary>
    private readonly record struct LostSince(long Most, long Best, long Low);

    public HoldingEstimate Estimate()
    {
        var deals = _deals.At(asOf);
        var supply = Deals.Total(deals);
        var lost = Pooling.Count(_losses, asOf);
        var bounds = WithObservations(LessLosses(supply.Units, lost), supply.Units.Grounded, lost);
        return new HoldingEstimate
        {
            Low = bounds.Low,
            Best = bounds.Best,
            High = bounds.High,
            Conflicted = supply.Units.Conflicted || lost.Conflicted || ContradictsInventory(),
            OnOrder = supply.OnOrder,
            Announced = supply.Announced,
            Lost = lost.Interval,
            // Also those whose day is after asOf (METHOD.md §8).
            Reports = counting.Count,
            Origins = Origins(),
            Publishers = Publishers(),
            BestGrade = BestGrade(),
            NewestReported = NewestReported(),
            OldestDelivery = OldestDelivery(),
            Deals = deals.ConvertAll(EstimateOf),
        };
    }

    /// <summary>Best of the deliveries of each supplier, by code, without losses and production.</summary>
    public IReadOnlyDictionary<string, long> DeliveredBySupplier() => Deals.DeliveredBySupplier(_deals.At(asOf));

    /// <summary>Best of what was passed on to each receiver, by code: the count of the losses that name it.</summary>
    public SortedDictionary<string, long> PassedOnByReceiver()
    {
        var passedOn = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var losses in _losses.FindAll(loss => loss.Report.To is not null).GroupBy(loss => loss.Report.To!))
        {
            passedOn.Add(losses.Key, Pooling.Count([.. losses], asOf).Best);
        }

        return passedOn;
    }

    /// <summary>The units that came less the losses: low less the most that credible reports state, high less the least.</summary>
    private static Bounds LessLosses(Pool came, Pool lost) => new(
        Math.Max(0, came.Low - lost.Most),
        Math.Max(0, came.Best - lost.Best),
        came.High is { } high ? Math.Max(0, high - lost.Low) : null);

    /// <summary>Raises each bound to the largest observation, each less the losses after it. Observations do not add up.</summary>
    private Bounds WithObservations(Bounds lessLosses, bool grounded, Pool lost)
    {
        var (low, best, high) = lessLosses;
        var isBestFromDeliveries = counting.Exists(claim => claim.AddsUnits && claim.Credible && claim.When.Middle <= asOf);
        var mostOpen = long.MinValue;
        var anyCredibleOpen = false;
        foreach (var observation in _observations)
        {
            if (!observation.InEffectForHigh(asOf))
            {
                continue;
            }

            var lostAfter = LostAfter(observation.When.Earliest, lost);
            if (observation.InEffectForLow(asOf))
            {
                low = Math.Max(low, observation.Stated.Lo - lostAfter.Most);
            }

            if (observation.InEffectForBest(asOf) && (observation.Credible || !isBestFromDeliveries))
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

        if (mostOpen > high || (anyCredibleOpen && !grounded))
        {
            high = null;
        }

        if (high < low)
        {
            high = low;
        }

        return new Bounds(low, Math.Max(low, Math.Min(best, high ?? best)), high);
    }

    /// <summary>The losses that an observation does not reflect: all but those that were over on its earliest day. Observations between the
    /// same two losses reflect the same ones, so the result is cached by the number of losses that were over.</summary>
    private LostSince LostAfter(DateOnly seenFrom, Pool lost)
    {
        if (_losses.Count == 0)
        {
            return default;
        }

        if (_lostSince is null)
        {
            _losses.Sort((one, other) => one.When.Latest.CompareTo(other.When.Latest));
            _lostSince = new LostSince?[_losses.Count + 1];
        }

        var over = OverBy(seenFrom);
        if (_lostSince[over] is { } cached)
        {
            return cached;
        }

        var lostBefore = Pooling.Count(_losses.GetRange(0, over), asOf);
        var lostAfter = new LostSince(
            Math.Max(0, lost.Most - lostBefore.Most),
            Math.Max(0, lost.Best - lostBefore.Best),
            Math.Max(0, lost.Low - lostBefore.Low));
        _lostSince[over] = lostAfter;
        return lostAfter;
    }

    /// <summary>How many of the losses, in order of their latest day, were over by a day (latest ≤ day).</summary>
    private int OverBy(DateOnly day)
    {
        var (low, high) = (0, _losses.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_losses[middle].When.Latest > day)
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

    /// <summary>Whether a credible inventory states fewer units than low of its day, worked out without observations.</summary>
    private bool ContradictsInventory()
    {
        Dictionary<DateOnly, long>? lowByDay = null;
        foreach (var observation in _observations)
        {
            if (!observation.Report.Inventory || !observation.InEffectForLow(asOf) || observation.Stated.Hi is not { } hi)
            {
                continue;
            }

            lowByDay ??= [];
            if (!lowByDay.TryGetValue(observation.When.Latest, out var low))
            {
                lowByDay.Add(observation.When.Latest, low = LowWithoutObservations(observation.When.Latest));
            }

            if (hi < low)
            {
                return true;
            }
        }

        return false;
    }

    private long LowWithoutObservations(DateOnly day) =>
        LessLosses(Deals.Total(_deals.At(day)).Units, Pooling.Count(_losses, day)).Low;

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
            if (claim.Report.Origin is { } origin)
            {
                shared.Add(origin);
            }
            else
            {
                own++;
            }
        }

        return shared.Count + own;
    }

    private int Publishers()
    {
        var publishers = new HashSet<string>();
        foreach (var claim in counting)
        {
            publishers.Add(claim.Report.Publisher);
        }

        return publishers.Count;
    }

    private Grade? BestGrade()
    {
        Grade? best = null;
        foreach (var claim in counting)
        {
            if (best is not { } other || Grade.CompareRank(claim.Report.Grade, other) < 0)
            {
                best = claim.Report.Grade;
            }
        }

        return best;
    }

    private DateOnly? NewestReported()
    {
        DateOnly? newest = null;
        foreach (var claim in counting)
        {
            if (!(newest >= claim.Reported))
            {
                newest = claim.Reported;
            }
        }

        return newest;
    }

    private DateOnly? OldestDelivery()
    {
        DateOnly? oldest = null;
        foreach (var claim in counting)
        {
            if (claim.AddsUnits && !(oldest <= claim.When.Earliest))
            {
                oldest = claim.When.Earliest;
            }
        }

        return oldest;
    }
}
