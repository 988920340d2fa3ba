namespace Ledger.Estimation;

/// <summary>From reports about one number to a <see cref="Pool"/> (METHOD.md §3).</summary>
internal static class Pooling
{
    /// <summary>The count of deliveries, completed units, contracts, announcements or losses: the running totals, raised by the lots that
    /// came after them, and the sum of the lots are two readings of one number.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="asOf">The day.</param>
    /// <param name="method">The method.</param>
    /// <param name="climbs">Whether the totals come little by little: deliveries and completed units.</param>
    /// <param name="further">Further running totals, not yet raised; null: none.</param>
    /// <param name="clashes">Takes the reports that contradict each other; null: nobody wants to know.</param>
    public static Pool Count(List<Claim> reports, DateOnly asOf, Method method, bool climbs = false, List<Reading>? further = null,
        Clashes? clashes = null)
    {
        if (reports.Count == 0 && further is null or { Count: 0 })
        {
            return Pool.Nothing;
        }

        var lots = Lots.Of(reports, asOf, method, clashes);
        var totals = new List<Reading>();
        foreach (var report in reports)
        {
            if (report.Report.Lot is null)
            {
                totals.Add(lots.Raise(Reading.Of(report), method));
            }
        }

        foreach (var total in further ?? [])
        {
            totals.Add(lots.Raise(total, method));
        }

        return Pool.Reconcile(OfWhole(totals, asOf, method, climbs, clashes), lots.Sum, method);
    }

    /// <summary>The pool of one lot: all its reports speak of the same number.</summary>
    public static Pool OfLot(List<Claim> reports, DateOnly asOf, Method method, Clashes? clashes = null)
    {
        if (reports.Count == 0)
        {
            return Pool.Nothing;
        }

        var effect = InEffect.At(reports.ConvertAll(Reading.Of), asOf);
        var clashing = Clash.Within(effect.ForLow);
        clashes?.Add(effect.ForLow, clashing, _ => DateOnly.MinValue);
        var (low, conflicted) = Low(effect.ForLow, clashing);
        var (best, firm) = Best(effect.ForBest, low, method);
        var pool = High(effect.ForHigh, method, isWhole: false, new Pool
        {
            Low = low,
            Best = best,
            TellsBest = effect.ForBest.Count > 0,
            Conflicted = conflicted,
        });
        return pool with { Firm = firm, Points = PointsCredibly(effect.ForBest), Reach = pool.Best };
    }

    /// <summary>The pool of a whole deal: each report states a running total.</summary>
    private static Pool OfWhole(List<Reading> totals, DateOnly asOf, Method method, bool climbs, Clashes? clashes)
    {
        if (totals.Count == 0)
        {
            return Pool.Nothing;
        }

        var effect = InEffect.At(totals, asOf);
        var standing = Replacement.LeftForLow(effect.ForLow, method);
        var clashing = Clash.OfTotals(standing, method);
        clashes?.Add(standing, clashing, Clash.DayOf(method));
        var (low, conflicted) = Low(effect.ForLow, clashing);
        var known = new Pool { Low = low, Conflicted = conflicted };
        if (climbs && method.TotalsClimb)
        {
            var climb = Climb.Of(totals, asOf);
            var pool = High(effect.ForHigh, method, isWhole: true, known with { Best = climb.Best, TellsBest = climb.TellsBest });
            // Judged after best was clamped (METHOD.md §3, the climb).
            return pool with
            {
                Firm = pool.Best <= climb.Credible || pool.Best <= low,
                Points = climb.Points,
                Reach = Math.Max(climb.Reach, pool.Best),
            };
        }

        var unreplaced = Replacement.LeftForBest(effect.ForBest, asOf, method);
        var (best, firm) = Best(unreplaced, low, method);
        var counted = High(effect.ForHigh, method, isWhole: true, known with { Best = best, TellsBest = effect.ForBest.Count > 0 });
        return counted with { Firm = firm, Points = PointsCredibly(unreplaced), Reach = counted.Best };
    }

    private static bool PointsCredibly(List<Reading> readings) =>
        readings.Exists(reading => reading is { Points: true, Claim.Credible: true });

    /// <summary>A replaced total is outside any clash and still counts as a lower bound: totals cannot fall.</summary>
    private static (long Low, bool Conflicted) Low(List<Reading> forLow, HashSet<Claim> clashing)
    {
        long outside = 0, inside = long.MaxValue;
        foreach (var reading in forLow)
        {
            if (clashing.Contains(reading.Claim))
            {
                inside = Math.Min(inside, reading.Stated.Lo);
            }
            else
            {
                outside = Math.Max(outside, reading.Stated.Lo);
            }
        }

        return clashing.Count == 0 ? (outside, false) : (Math.Max(outside, inside), true);
    }

    /// <summary>Best, not yet clamped, and whether it is firm, which is judged before it is.</summary>
    private static (long Best, bool Firm) Best(List<Reading> candidates, long low, Method method)
    {
        if (candidates.Count == 0)
        {
            return (0, true);
        }

        var best = TopRankedThatPoints(candidates, method) is { } pointing
            ? (Units: pointing.Stated.Best, pointing.Claim.Credible)
            : LargestLo(candidates);
        return (best.Units, best.Credible || best.Units <= low);
    }

    private static Reading? TopRankedThatPoints(List<Reading> candidates, Method method)
    {
        Reading? top = null;
        foreach (var reading in candidates)
        {
            if (reading.Points && (top is not { } other || IsBetter(reading.Claim, other.Claim, method)))
            {
                top = reading;
            }
        }

        return top;
    }

    private static bool IsBetter(Claim one, Claim other, Method method) =>
        method.CredibleBeforeRank && one.Credible != other.Credible ? one.Credible : Claim.CompareRank(one, other) < 0;

    private static (long Units, bool Credible) LargestLo(List<Reading> candidates)
    {
        var largest = (Units: 0L, Credible: false);
        foreach (var reading in candidates)
        {
            var lo = reading.Stated.Lo;
            if (lo > largest.Units)
            {
                largest = (lo, reading.Claim.Credible);
            }
            else if (lo == largest.Units)
            {
                largest.Credible |= reading.Claim.Credible;
            }
        }

        return largest;
    }

    /// <summary>Adds high to a pool, and clamps best between low and what is closed of high.</summary>
    private static Pool High(List<Reading> forHigh, Method method, bool isWhole, Pool pool)
    {
        long part = 0, most = 0;
        var grounded = false;
        foreach (var reading in forHigh)
        {
            part = Math.Max(part, reading.Part ?? 0);
            if (reading.Claim.Credible)
            {
                grounded = true;
                most = Math.Max(most, reading.Most);
            }
        }

        part = Math.Max(part, pool.Low);
        var open = isWhole && method.EarlierTotalsBoundNothing ? AnyOpenAfterAllThatBound(forHigh) : AnyOpen(forHigh);
        var best = Math.Max(pool.Low, open ? pool.Best : Math.Min(pool.Best, part));
        return pool with
        {
            Best = best,
            Part = Math.Max(part, best),
            Most = most,
            Open = open,
            TellsHigh = forHigh.Count > 0,
            Grounded = grounded,
        };
    }

    /// <summary>Whether a report stays open that no closed one bounds: one whose hi is not below its lo, and which is credible unless the
    /// open one is not.</summary>
    private static bool AnyOpen(List<Reading> forHigh)
    {
        long largestHi = -1, largestCredibleHi = -1;
        foreach (var reading in forHigh)
        {
            largestHi = Math.Max(largestHi, reading.Stated.Hi ?? -1);
            largestCredibleHi = Math.Max(largestCredibleHi, reading.Claim.Credible ? reading.Stated.Hi ?? -1 : -1);
        }

        return forHigh.Exists(open => open.Stated.Hi is null
            && open.Stated.Lo > (open.Claim.Credible ? largestCredibleHi : largestHi));
    }

    /// <summary>The same of running totals: what was counted earlier does not bound an open one. One pass from the latest back.</summary>
    private static bool AnyOpenAfterAllThatBound(List<Reading> forHigh)
    {
        if (!forHigh.Exists(reading => reading.Stated.Hi is null))
        {
            return false;
        }

        var latestFirst = forHigh.OrderByDescending(reading => reading.Claim.When.Latest).ToArray();
        long largestHi = -1, largestCredibleHi = -1;
        for (var start = 0; start < latestFirst.Length;)
        {
            var end = start;
            for (; end < latestFirst.Length && latestFirst[end].Claim.When.Latest == latestFirst[start].Claim.When.Latest; end++)
            {
                var hi = latestFirst[end].Stated.Hi ?? -1;
                largestHi = Math.Max(largestHi, hi);
                largestCredibleHi = Math.Max(largestCredibleHi, latestFirst[end].Claim.Credible ? hi : -1);
            }

            for (; start < end; start++)
            {
                var reading = latestFirst[start];
                if (reading.Stated.Hi is null && reading.Stated.Lo > (reading.Claim.Credible ? largestCredibleHi : largestHi))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The reports of a group that are in effect for each bound.</summary>
    private readonly record struct InEffect(List<Reading> ForLow, List<Reading> ForBest, List<Reading> ForHigh)
    {
        public static InEffect At(List<Reading> group, DateOnly asOf) => new(
            group.FindAll(reading => reading.Claim.InEffectForLow(asOf)),
            group.FindAll(reading => reading.Claim.InEffectForBest(asOf)),
            group.FindAll(reading => reading.Claim.InEffectForHigh(asOf)));
    }
}
