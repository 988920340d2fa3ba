using Ledger.Vocabulary;


namespace Ledger.Estimation;

/// <summary>From reports about one number to a <see cref="Pool"/> (METHOD.md §3).</summary>
internal static class Pooling
{
    /// <summary>What a report says, or, of a running total, what it says with the lots that began after it.</summary>
    private readonly record struct Reading(Claim Claim, Interval Says, long? Part, long Most)
    {
        public static Reading Of(Claim claim) => new(claim, claim.Says, claim.Says.Hi, claim.Says.Hi ?? claim.Says.Best);

        // Most is added to the report's own hi, or its own best where hi was open: the unraised ones (METHOD.md §3, count).
        public Reading RaisedBy(Pool later) => new(
            Claim,
            new Interval(Says.Lo + later.Low, Says.Best + later.Best, Says.Hi + later.High),
            Part + later.Part,
            Most + later.Most);
    }

    private readonly record struct Lot(DateOnly Begins, Pool Pool);

    private readonly record struct LotKey(string Supplier, string? Deal, string Lot);

    /// <summary>The count of deliveries, completed units, contracts, announcements or losses: the running totals, raised by the lots that
    /// began after them, and the sum of the lots are two readings of one number.</summary>
    public static Pool Count(List<Claim> reports, DateOnly asOf)
    {
        if (reports.Count == 0) return Pool.Nothing;
        var lots = Lots(reports, asOf);
        var since = SumsFromTheLast(lots);
        var totals = new List<Reading>();
        foreach (var report in reports)
        {
            if (report.Report.Lot is null) totals.Add(Reading.Of(report).RaisedBy(since[FirstAfter(lots, report.When.Latest)]));
        }

        return Of(totals, isWhole: true, asOf) | since[0];
    }

    /// <summary>The sum of each lot and all that began after it; of none, beyond the last.</summary>
    private static Pool[] SumsFromTheLast(List<Lot> lots)
    {
        var sums = new Pool[lots.Count + 1];
        sums[^1] = Pool.Nothing;
        for (var i = lots.Count - 1; i >= 0; i--) sums[i] = sums[i + 1] + lots[i].Pool;
        return sums;
    }

    /// <summary>Index of the first lot, in order of their beginnings, that began after a day.</summary>
    private static int FirstAfter(List<Lot> lots, DateOnly day)
    {
        var (low, high) = (0, lots.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (lots[middle].Begins > day) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private static List<Lot> Lots(List<Claim> reports, DateOnly asOf)
    {
        var byLot = new Dictionary<LotKey, List<Claim>>();
        foreach (var report in reports)
        {
            if (report.Report.Lot is not { } lot) continue;
            // Within a deal supplier and deal are equal anyway; losses need them.
            var key = new LotKey(report.Report.Supplier, report.Report.Deal, lot);
            if (!byLot.TryGetValue(key, out var ofLot)) byLot.Add(key, ofLot = []);
            ofLot.Add(report);
        }

        var lots = new List<Lot>(byLot.Count);
        foreach (var ofLot in byLot.Values)
            lots.Add(new Lot(Begins(ofLot), Of(ofLot.ConvertAll(Reading.Of), isWhole: false, asOf)));
        lots.Sort((one, other) => one.Begins.CompareTo(other.Begins));
        return lots;
    }

    // A doubtful report must not backdate what credible ones date.
    private static DateOnly Begins(List<Claim> ofLot)
    {
        var anyCredible = ofLot.Exists(report => report.Credible);
        var begins = DateOnly.MaxValue;
        foreach (var report in ofLot)
        {
            if ((report.Credible || !anyCredible) && report.When.Earliest < begins) begins = report.When.Earliest;
        }

        return begins;
    }

    private static Pool Of(List<Reading> group, bool isWhole, DateOnly asOf)
    {
        if (group.Count == 0) return Pool.Nothing;
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

    /// <summary>The totals that no later one replaces, latest first. One pass from the latest back: what replaces a total is the largest
    /// best of those later than it, of the credible ones alone where the total is credible.</summary>
    private static List<Reading> Unreplaced(List<Reading> totals)
    {
        if (totals.Count < 2) return totals;
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
                if ((total.Claim.Credible ? credibleBest : best) < total.Says.Best) unreplaced.Add(total);
            }

            for (; start < end; start++)
            {
                best = Math.Max(best, latestFirst[start].Says.Best);
                if (latestFirst[start].Claim.Credible) credibleBest = Math.Max(credibleBest, latestFirst[start].Says.Best);
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
            // What is replaced is outside any clash, and still a floor: totals cannot fall.
            if (clashing.Contains(reading.Claim)) inside = Math.Min(inside, reading.Says.Lo);
            else outside = Math.Max(outside, reading.Says.Lo);
        }

        return clashing.Count == 0 ? (outside, false) : (Math.Max(outside, inside), true);
    }

    /// <summary>The reports whose intervals do not meet with another's. In a whole only if the smaller one's middle is not earlier:
    /// one pass from the earliest for who is too small, one from the latest for who is too large. In a lot all are of one time.</summary>
    /// <param name="readings">Latest first, where it is a whole.</param>
    private static HashSet<Claim> Clashing(List<Reading> readings, bool isWhole)
    {
        var clashing = new HashSet<Claim>(ReferenceEqualityComparer.Instance);
        bool OfOneTime(int one, int other) => !isWhole || readings[one].Claim.When.Middle == readings[other].Claim.When.Middle;
        var largestLo = -1L;
        for (var last = readings.Count - 1; last >= 0;)
        {
            var i = last;
            for (; i >= 0 && OfOneTime(i, last); i--) largestLo = Math.Max(largestLo, readings[i].Says.Lo);
            for (; last > i; last--)
            {
                if (readings[last].Says.Hi < largestLo) clashing.Add(readings[last].Claim);
            }
        }

        var smallestHi = long.MaxValue;
        for (var first = 0; first < readings.Count;)
        {
            var i = first;
            for (; i < readings.Count && OfOneTime(i, first); i++) smallestHi = Math.Min(smallestHi, readings[i].Says.Hi ?? long.MaxValue);
            for (; first < i; first++)
            {
                if (smallestHi < readings[first].Says.Lo) clashing.Add(readings[first].Claim);
            }
        }

        return clashing;
    }

    private static (long Best, bool Firm) Best(List<Reading> candidates, long low)
    {
        if (candidates.Count == 0) return (0, true);
        var best = TopRankedThatPoints(candidates) is { } pointing
            ? (Units: pointing.Says.Best, pointing.Claim.Credible)
            : LargestFromBelow(candidates);
        return (best.Units, best.Credible || best.Units <= low);
    }

    private static Reading? TopRankedThatPoints(List<Reading> candidates)
    {
        Reading? top = null;
        foreach (var reading in candidates)
        {
            if (reading.Claim.Points && (top is not { } other || Claim.CompareRank(reading.Claim, other.Claim) < 0)) top = reading;
        }

        return top;
    }

    private static (long Units, bool Credible) LargestFromBelow(List<Reading> candidates)
    {
        var largest = (Units: 0L, Credible: false);
        foreach (var reading in candidates)
        {
            var lo = reading.Says.Lo;
            if (lo > largest.Units) largest = (lo, reading.Claim.Credible);
            else if (lo == largest.Units) largest.Credible |= reading.Claim.Credible;
        }

        return largest;
    }

    private static Pool High(List<Reading> forHigh, Pool pool)
    {
        // The farthest closed hi, of all and of the credible: it bounds an open report that begins within its reach.
        long reach = -1, credibleReach = -1, part = 0, most = 0;
        var grounded = false;
        foreach (var (claim, says, closed, mostOfIt) in forHigh)
        {
            reach = Math.Max(reach, says.Hi ?? -1);
            part = Math.Max(part, closed ?? 0);
            if (!claim.Credible) continue;
            grounded = true;
            credibleReach = Math.Max(credibleReach, says.Hi ?? -1);
            most = Math.Max(most, mostOfIt);
        }

        return pool with
        {
            Part = Math.Max(part, pool.Best),
            Most = most,
            Open = forHigh.Exists(open => open.Says.Hi is null && open.Says.Lo > (open.Claim.Credible ? credibleReach : reach)),
            TellsHigh = forHigh.Count > 0,
            Grounded = grounded,
        };
    }
}
