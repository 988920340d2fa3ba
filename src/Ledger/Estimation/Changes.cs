using Ledger.Facts;
using Ledger.Vocabulary;


namespace Ledger.Estimation;

/// <summary>A holding on one side of a comparison: its bounds, and under what the fleet counts it.</summary>
public readonly record struct Side(long Low, long Best, long? High, Category Category, PlatformClass Class)
{
    /// <summary>Whether it adds anything to a fleet.</summary>
    public bool IsNothing => Low == 0 && Best == 0 && High == 0;
}

/// <summary>A holding that is not what it was.</summary>
/// <param name="Platform">As the later side calls it.</param>
/// <param name="Catalogue">Whether the catalogue said something of the platform between the two: an alias, a factor, a category.</param>
/// <param name="Reports">What did it, in order of position (<see cref="Changes.Between"/>).</param>
public sealed record Change(Platform Platform, Side Before, Side After, bool Catalogue, IReadOnlyList<Guid> Reports);

/// <summary>One recipient's fleet on one side of a comparison.</summary>
/// <param name="Holdings">Each with the reports that were known then.</param>
/// <param name="Clocks">Of that side.</param>
/// <param name="Find">The platform that a slug meant then.</param>
public readonly record struct FleetState(IReadOnlyList<HoldingEvidence> Holdings, Clocks Clocks, Func<string, Platform> Find);

/// <summary>What differs between two states of one recipient's fleet, and which reports did it (decision 0011). Pure.</summary>
public static class Changes
{
    /// <summary>The holdings whose bounds differ, or that count under another category or class; ordered by slug. One that is on one
    /// side only, be it that nobody spoke of it or that an alias put its reports elsewhere, is nothing on the other: so the changes
    /// add up to the difference of the fleets.</summary>
    /// <remarks>The reports that did it are (1) those whose part in this holding differs: whether they count, and for which bounds; a
    /// report that is not visible, set aside, or in another holding has no part; and (2) those that are visible on one side only
    /// and, at any number of steps, supersede, retract or delist one of (1). A report that came and was set aside at once, for what it
    /// is or by what came with it, did nothing.</remarks>
    public static List<Change> Between(FleetState earlier, FleetState later)
    {
        var was = earlier.Holdings.ToDictionary(x => x.Platform.Slug, StringComparer.Ordinal);
        var isNow = later.Holdings.ToDictionary(x => x.Platform.Slug, StringComparer.Ordinal);
        var changes = new List<Change>();
        foreach (var slug in was.Keys.Union(isNow.Keys).Order(StringComparer.Ordinal))
        {
            var (one, other) = (was.GetValueOrDefault(slug), isNow.GetValueOrDefault(slug));
            var (left, right) = (SideOf(one, slug, earlier), SideOf(other, slug, later));
            if (left != right && !(left.IsNothing && right.IsNothing))
            {
                var lastWord = later.Find(slug).ChangedAt;
                changes.Add(new Change((other ?? one)!.Platform, left, right, lastWord > earlier.Clocks.KnownAt, ReportsOf(one, earlier, other, later)));
            }
        }

        return changes;
    }

    private static Side SideOf(HoldingEvidence? holding, string slug, FleetState state)
    {
        var platform = holding?.Platform ?? state.Find(slug);
        var estimate = holding?.Estimate(state.Clocks);
        return new Side(estimate?.Low ?? 0, estimate?.Best ?? 0, estimate is null ? 0 : estimate.High, platform.Category, platform.Class);
    }

    private static List<Guid> ReportsOf(HoldingEvidence? one, FleetState earlier, HoldingEvidence? other, FleetState later)
    {
        var was = PartsOf(one, earlier.Clocks);
        var isNow = PartsOf(other, later.Clocks);
        var naming = new Dictionary<Guid, List<Guid>>();
        var positions = new SortedDictionary<long, Guid>();
        foreach (var report in (one?.Reports ?? []).Concat(other?.Reports ?? []))
        {
            if ((was.ContainsKey(report.EventId) || isNow.ContainsKey(report.EventId)) && positions.TryAdd(report.Position, report.EventId))
            {
                foreach (var named in report.Target is { } target ? [target] : report.Supersedes)
                {
                    if (!naming.TryGetValue(named, out var names)) naming.Add(named, names = []);
                    names.Add(report.EventId);
                }
            }
        }

        var toFollow = new Stack<Guid>(positions.Values.Where(x => was.GetValueOrDefault(x) != isNow.GetValueOrDefault(x)));
        var did = toFollow.ToHashSet();
        var reached = toFollow.ToHashSet();
        while (toFollow.TryPop(out var id))
        {
            foreach (var by in naming.GetValueOrDefault(id, []))
            {
                if (!reached.Add(by)) continue;
                toFollow.Push(by);
                if (was.ContainsKey(by) != isNow.ContainsKey(by)) did.Add(by);
            }
        }

        return [.. positions.Values.Where(did.Contains)];
    }

    /// <summary>The visible reports of a holding, each with its part in the estimate.</summary>
    private static Dictionary<Guid, Part> PartsOf(HoldingEvidence? holding, Clocks clocks)
    {
        var parts = new Dictionary<Guid, Part>();
        if (holding is null) return parts;
        var withdrawals = holding.Reports.Where(x => x.Target is not null).Select(x => x.EventId).ToHashSet();
        foreach (var standing in holding.Effects(clocks))
        {
            // One whose day has not come is in effect for nothing, but counts: its lot begins with it.
            var counts = standing.Exclusion is null or ExclusionReason.NotYet && !withdrawals.Contains(standing.EventId);
            parts.Add(standing.EventId, new Part(counts, standing.Low, standing.Best, standing.High));
        }

        return parts;
    }

    /// <summary>The default is no part at all.</summary>
    private readonly record struct Part(bool Counts, bool Low, bool Best, bool High);
}
