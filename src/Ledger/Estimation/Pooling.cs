using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>From reports about one number to a <see cref="Pool"/> (METHOD.md §3).</summary>
internal static class Pooling
{
    /// <summary>What a report states; a running total is raised by the lots that began after it.</summary>
    private readonly record struct Reading(Claim Claim, Interval Stated, long? Part, long Most)
    {
        public static Reading Of(Claim claim) => new(claim, claim.Stated, claim.Stated.Hi, claim.Stated.Hi ?? claim.Stated.Best);

        // Most is added to the report's own hi, or its own best where hi was open: the unraised ones (METHOD.md §3, count).
        public Reading RaisedBy(Pool later) => new(
            Claim,
            new Interval(Stated.Lo + later.Low, Stated.Best + later.Best, Stated.Hi + later.High),
            Part + later.Part,
            Most + later.Most);
    }

    private readonly record struct Lot(DateOnly Begins, Pool Pool);

    private readonly record struct LotKey(string Supplier, string? Deal, string Lot);

    /// <summary>The count of deliveries, completed units, contracts, announcements or losses: the running totals, raised by the lots that
    /// began after them, and the sum of the lots are two readings of one number.</summary>
    public static Pool Count(List<Claim> reports, DateOnly asOf)
    {
        if (reports.Count == 0)
        {
            return Pool.Nothing;
        }

        var lots = Lots(reports, asOf);
        var laterLots = SumsFromTheLast(lots);
        var totals = new List<Reading>();
        foreach (var report in reports)
        {
            if (report.Report.Lot is null)
            {
                totals.Add(Reading.Of(report).RaisedBy(laterLots[FirstAfter(lots, report.When.Latest)]));
            }
        }

        return Pool.Reconcile(Of(totals, isWhole: true, asOf), laterLots[0]);
    }

    /// <summary>At each index the sum of that lot and of all later ones; at the last index, behind all lots, nothing.</summary>
    private static Pool[] SumsFromTheLast(List<Lot> lots)
    {
        var sums = new Pool[lots.Count + 1];
        sums[^1] = Pool.Nothing;
        for (var i = lots.Count - 1; i >= 0; i--)
        {
            sums[i] = sums[i + 1] + lots[i].Pool;
        }

        return sums;
    }

    /// <summary>Index of the first lot, in order of their beginnings, that began after a day.</summary>
    private static int FirstAfter(List<Lot> lots, DateOnly day)
    {
        var (low, high) = (0, lots.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (lots[middle].Begins > day)
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

    private static List<Lot> Lots(List<Claim> reports, DateOnly asOf)
    {
        var byLot = new Dictionary<LotKey, List<Claim>>();
        foreach (var report in reports)
        {
            if (report.Report.Lot is not { } lot)
            {
                continue;
            }

            // Losses of several deals are counted together: their lots are told apart by supplier and deal.
            var key = new LotKey(report.Report.Supplier, report.Report.Deal, lot);
            if (!byLot.TryGetValue(key, out var ofLot))
            {
                byLot.Add(key, ofLot = []);
            }

            ofLot.Add(report);
        }

        var lots = new List<Lot>(byLot.Count);
        foreach (var ofLot in byLot.Values)
        {
            lots.Add(new Lot(Begins(ofLot), Of(ofLot.ConvertAll(Reading.Of), isWhole: false, asOf)));
        }

        lots.Sort((one, other) => one.Begins.CompareTo(other.Begins));
        return lots;
    }

    // The earliest day of the credible reports, so that a doubtful one cannot backdate the lot.
    private static DateOnly Begins(List<Claim> ofLot)
    {
        var anyCredible = ofLot.Exists(report => report.Credible);
        var begins = DateOnly.MaxValue;
        foreach (var report in ofLot)
        {
            if ((report.Credible || !anyCredible) && report.When.Earliest < begins)
            {
                begins = report.When.Earliest;
            }
        }

        return begins;
    }

    private static Pool Of(List<Reading> group, bool isWhole, DateOnly asOf)
    {
        if (group.Count == 0)
        {
            return Pool.Nothing;
        }

        var forLow = group.FindAll(reading => reading.Claim.InEffectForLow(asOf));
        var forBest = group.FindAll(reading => reading.Claim.InEffectForBest(asOf));
        var forHigh = group.FindAll(reading => reading.Claim.InEffectForHigh(asOf));
        var (low, conflicted) = Low(forLow, isWhole);
        var (best, firm) = Best(isWhole ? Unreplaced(forBest) : forBest, low);
        return High(forHigh, new Pool
        {
            Low = low,
            // Best of Bs never lies above part: each of its reports is in Hs too, and best ≤ hi in each.
            Best = Math.Max(best, low),
            Firm = firm,
            TellsBest = forBest.Count > 0,
            Conflicted = conflicted,
        });
    }

    /// <summary>The totals that no later one replaces, latest first. One pass from the latest back, with the largest best of the later
    /// totals at hand: of all of them, and of the credible ones, which alone replace a credible total.</summary>
    private static List<Reading> Unreplaced(List<Reading> totals)
    {
        if (totals.Count < 2)
        {
            return totals;
        }

        var latestFirst = totals.ToArray();
        Array.Sort(latestFirst, (one, other) => other.Claim.When.Middle.CompareTo(one.Claim.When.Middle));
        var unreplaced = new List<Reading>(totals.Count);
        long best = -1, credibleBest = -1;
        for (var start = 0; start < latestFirst.Length;)
        {
            // Totals of one day do not replace each other.
            var end = start;
            for (; end < latestFirst.Length && latestFirst[end].Claim.When.Middle == latestFirst[start].Claim.When.Middle; end++)
            {
                var total = latestFirst[end];
                if ((total.Claim.Credible ? credibleBest : best) < total.Stated.Best)
                {
                    unreplaced.Add(total);
                }
            }

            for (; start < end; start++)
            {
                best = Math.Max(best, latestFirst[start].Stated.Best);
                if (latestFirst[start].Claim.Credible)
                {
                    credibleBest = Math.Max(credibleBest, latestFirst[start].Stated.Best);
                }
            }
        }

        return unreplaced;
    }

    private static (long Low, bool Conflicted) Low(List<Reading> forLow, bool isWhole)
    {
        var clashing = Clashing(isWhole ? Unreplaced(forLow) : forLow, isWhole);
        long outside = 0, inside = long.MaxValue;
        foreach (var reading in forLow)
        {
            // A replaced total is outside any clash and still counts as a lower bound: totals cannot fall.
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

    /// <summary>The reports whose interval does not meet that of another. In a whole two of them clash only if the middle of the smaller
    /// one is not earlier: one pass from the earliest on finds those that are too small, one from the latest back those that are too
    /// large. The reports of a lot count as of one day.</summary>
    /// <param name="readings">Of a whole: latest first.</param>
    private static HashSet<Claim> Clashing(List<Reading> readings, bool isWhole)
    {
        var clashing = new HashSet<Claim>(ReferenceEqualityComparer.Instance);
        bool AreOfOneDay(int one, int other) => !isWhole || readings[one].Claim.When.Middle == readings[other].Claim.When.Middle;
        var largestLo = -1L;
        for (var last = readings.Count - 1; last >= 0;)
        {
            var i = last;
            for (; i >= 0 && AreOfOneDay(i, last); i--)
            {
                largestLo = Math.Max(largestLo, readings[i].Stated.Lo);
            }

            for (; last > i; last--)
            {
                if (readings[last].Stated.Hi < largestLo)
                {
                    clashing.Add(readings[last].Claim);
                }
            }
        }

        var smallestHi = long.MaxValue;
        for (var first = 0; first < readings.Count;)
        {
            var i = first;
            for (; i < readings.Count && AreOfOneDay(i, first); i++)
            {
                smallestHi = Math.Min(smallestHi, readings[i].Stated.Hi ?? long.MaxValue);
            }

            for (; first < i; first++)
            {
                if (smallestHi < readings[first].Stated.Lo)
                {
                    clashing.Add(readings[first].Claim);
                }
            }
        }

        return clashing;
    }

    private static (long Best, bool Firm) Best(List<Reading> candidates, long low)
    {
        if (candidates.Count == 0)
        {
            return (0, true);
        }

        var best = TopRankedThatPoints(candidates) is { } pointing
            ? (Units: pointing.Stated.Best, pointing.Claim.Credible)
            : LargestLo(candidates);
        return (best.Units, best.Credible || best.Units <= low);
    }

    private static Reading? TopRankedThatPoints(List<Reading> candidates)
    {
        Reading? top = null;
        foreach (var reading in candidates)
        {
            if (reading.Claim.Points && (top is not { } other || Claim.CompareRank(reading.Claim, other.Claim) < 0))
            {
                top = reading;
            }
        }

        return top;
    }

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

    private static Pool High(List<Reading> forHigh, Pool pool)
    {
        // The largest closed hi, of all and of the credible reports: it bounds an open report whose lo is not above it.
        long largestHi = -1, largestCredibleHi = -1, part = 0, most = 0;
        var grounded = false;
        foreach (var (claim, stated, closed, mostOfReading) in forHigh)
        {
            largestHi = Math.Max(largestHi, stated.Hi ?? -1);
            part = Math.Max(part, closed ?? 0);
            if (!claim.Credible)
            {
                continue;
            }

            grounded = true;
            largestCredibleHi = Math.Max(largestCredibleHi, stated.Hi ?? -1);
            most = Math.Max(most, mostOfReading);
        }

        return pool with
        {
            Part = Math.Max(part, pool.Best),
            Most = most,
            Open = forHigh.Exists(open => open.Stated.Hi is null
                && open.Stated.Lo > (open.Claim.Credible ? largestCredibleHi : largestHi)),
            TellsHigh = forHigh.Count > 0,
            Grounded = grounded,
        };
    }
}
