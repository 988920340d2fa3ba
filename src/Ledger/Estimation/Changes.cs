using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>A holding on one side of a comparison: its bounds, and under what the fleet counts it.</summary>
public readonly record struct Side(long Low, long Best, long? High, Category Category, PlatformClass Class)
{
    /// <summary>Whether it adds anything to a fleet.</summary>
    public bool IsNothing => Low == 0 && Best == 0 && High == 0;
}

/// <summary>A holding that differs between the two sides.</summary>
/// <param name="Platform">The platform as of the later side, if that side has the holding; else as of the earlier side.</param>
/// <param name="Catalogue">Whether the catalogue changed the platform between the two sides: an alias, a factor, a category.</param>
/// <param name="Causes">The reports that caused the difference, in order of position (<see cref="Changes.Between"/>).</param>
public sealed record Change(Platform Platform, Side Before, Side After, bool Catalogue, IReadOnlyList<Cause> Causes)
{
    /// <summary>The whole estimate before; null: there was no such holding.</summary>
    public HoldingEstimate? EstimateBefore { get; init; }

    /// <summary>The whole estimate after; null: there is no such holding.</summary>
    public HoldingEstimate? EstimateAfter { get; init; }

    /// <summary>Event ids of the causes.</summary>
    public IReadOnlyList<Guid> Reports => [.. Causes.Select(x => x.Report.EventId)];
}

/// <summary>A report that caused a difference.</summary>
/// <param name="Report">The report.</param>
/// <param name="Reported">Its reported day (METHOD.md §1).</param>
/// <param name="Did">What it did.</param>
public sealed record Cause(EvidenceRecord Report, DateOnly Reported, Deed Did)
{
    /// <summary>Whether what it says counted before.</summary>
    public required bool CountedBefore { get; init; }

    /// <summary>Whether what it says counts after.</summary>
    public required bool CountsAfter { get; init; }

    /// <summary>Event ids of those of the causes that it replaced, withdrew or took off the list.</summary>
    public required IReadOnlyList<Guid> Targets { get; init; }
}

/// <summary>What a report did that caused a difference.</summary>
public enum Deed
{
    /// <summary>Said a number; what it says counts now, or counted before.</summary>
    Said = 1,

    /// <summary>Replaced another of the causes, and said its own number.</summary>
    Replaced = 2,

    /// <summary>Withdrew another.</summary>
    Withdrawn = 3,

    /// <summary>Took another off its publisher's list.</summary>
    Delisted = 4,

    /// <summary>Took another off the list, which goes on under a successor.</summary>
    Renamed = 5,
}

/// <summary>One recipient's fleet on one side of a comparison.</summary>
/// <param name="Holdings">Each with the reports that the ledger held on that side.</param>
/// <param name="Clocks">The clocks of that side.</param>
/// <param name="Find">The platform that a slug means in the catalogue of that side.</param>
public readonly record struct FleetState(IReadOnlyList<HoldingEvidence> Holdings, Clocks Clocks, Func<string, Platform> Find);

/// <summary>Compares two states of one recipient's fleet, and finds the reports that caused the differences (decision
/// 0011). Pure.</summary>
public static class Changes
{
    /// <summary>The holdings whose bounds, category or class differ; ordered by slug. A holding that only one side has counts as zero on
    /// the other, whether it had no reports there or an alias gave its reports to another platform: so the changes add up to the
    /// difference of the fleets.</summary>
    /// <remarks>The reports that caused a change are (1) those whose part in this holding differs: whether they count, and for which
    /// bounds. A report that is not visible, is set aside, or belongs to another holding has no part. And (2) those that are visible on
    /// one side only and supersede, retract or delist one of (1), directly or over several steps. A report that is new on the later side
    /// and set aside there has no part on either side and causes nothing.</remarks>
    public static List<Change> Between(FleetState earlier, FleetState later)
    {
        var earlierBySlug = earlier.Holdings.ToDictionary(x => x.Platform.Slug, StringComparer.Ordinal);
        var laterBySlug = later.Holdings.ToDictionary(x => x.Platform.Slug, StringComparer.Ordinal);
        var changes = new List<Change>();
        foreach (var slug in earlierBySlug.Keys.Union(laterBySlug.Keys).Order(StringComparer.Ordinal))
        {
            var (one, other) = (earlierBySlug.GetValueOrDefault(slug), laterBySlug.GetValueOrDefault(slug));
            if (AreAlike(one, other, earlier, later))
            {
                continue;
            }

            var (was, isNow) = (one?.Estimate(earlier.Clocks), other?.Estimate(later.Clocks));
            var (before, after) = (SideOf(one, was, slug, earlier), SideOf(other, isNow, slug, later));
            if (before != after && !(before.IsNothing && after.IsNothing))
            {
                var catalogueChanged = later.Find(slug).ChangedAt > earlier.Clocks.KnownAt;
                changes.Add(new Change((other ?? one)!.Platform, before, after, catalogueChanged, CausesOf(one, earlier, other, later))
                {
                    EstimateBefore = was,
                    EstimateAfter = isNow,
                });
            }
        }

        return changes;
    }

    /// <summary>The totals of the holdings that count, on both sides. What certainly did not change is estimated once, and not at all where
    /// nothing did; then both totals are null.</summary>
    /// <param name="earlier">The earlier side.</param>
    /// <param name="later">The later side.</param>
    /// <param name="counts">Whether holdings of a platform count.</param>
    public static (Total Before, Total After)? Totals(FleetState earlier, FleetState later, Func<Platform, bool> counts)
    {
        var earlierBySlug = earlier.Holdings.ToDictionary(x => x.Platform.Slug, StringComparer.Ordinal);
        var laterBySlug = later.Holdings.ToDictionary(x => x.Platform.Slug, StringComparer.Ordinal);
        var pairs = earlierBySlug.Keys.Union(laterBySlug.Keys)
            .Select(slug => (One: earlierBySlug.GetValueOrDefault(slug), Other: laterBySlug.GetValueOrDefault(slug)))
            .Where(x => (x.One is not null && counts(x.One.Platform)) || (x.Other is not null && counts(x.Other.Platform))).ToList();
        if (pairs.TrueForAll(x => AreAlike(x.One, x.Other, earlier, later)))
        {
            return null;
        }

        var (before, after) = (Total.None, Total.None);
        foreach (var (one, other) in pairs)
        {
            var estimate = one is not null && counts(one.Platform) ? one.Estimate(earlier.Clocks) : null;
            before = estimate is null ? before : before.With(estimate);
            if (other is not null && counts(other.Platform))
            {
                after = after.With(estimate is not null && AreAlike(one, other, earlier, later) ? estimate : other.Estimate(later.Clocks));
            }
        }

        return (before, after);
    }

    /// <summary>Whether a holding is certainly the same on both sides: the same reports, all of them seen by both or by none, of a platform
    /// of which the catalogue says the same.</summary>
    private static bool AreAlike(HoldingEvidence? one, HoldingEvidence? other, FleetState earlier, FleetState later)
    {
        if (one is null || other is null || one.Reports.Count != other.Reports.Count || one.Reports.Count == 0
            || one.Platform.ChangedAt != other.Platform.ChangedAt || other.Reports[^1].Position > earlier.Clocks.KnownAt
            || earlier.Clocks with { KnownAt = 0, ReportedBy = null } != later.Clocks with { KnownAt = 0, ReportedBy = null })
        {
            return false;
        }

        var (from, to) = (earlier.Clocks.ReportedBy ?? DateOnly.MaxValue, later.Clocks.ReportedBy ?? DateOnly.MaxValue);
        // A retraction without a published day has the reported day of another report, or of its own recording.
        return from == to || !other.Reports.Any(x =>
            (x.Published ?? DateOnly.FromDateTime(x.RecordedAt.UtcDateTime)) is var day && day <= from != day <= to);
    }

    private static Side SideOf(HoldingEvidence? holding, HoldingEstimate? estimate, string slug, FleetState state)
    {
        var platform = holding?.Platform ?? state.Find(slug);
        return new Side(estimate?.Low ?? 0, estimate?.Best ?? 0, estimate is null ? 0 : estimate.High, platform.Category, platform.Class);
    }

    private static List<Cause> CausesOf(HoldingEvidence? one, FleetState earlier, HoldingEvidence? other, FleetState later)
    {
        var earlierParts = PartsOf(one, earlier.Clocks);
        var laterParts = PartsOf(other, later.Clocks);
        var naming = new Dictionary<Guid, List<Guid>>();
        var positions = new SortedDictionary<long, Guid>();
        var byId = new Dictionary<Guid, EvidenceRecord>();
        foreach (var report in (one?.Reports ?? []).Concat(other?.Reports ?? []))
        {
            var isVisible = earlierParts.ContainsKey(report.EventId) || laterParts.ContainsKey(report.EventId);
            if (isVisible && positions.TryAdd(report.Position, report.EventId))
            {
                byId.Add(report.EventId, report);
                foreach (var named in Named(report))
                {
                    if (!naming.TryGetValue(named, out var names))
                    {
                        naming.Add(named, names = []);
                    }

                    names.Add(report.EventId);
                }
            }
        }

        var toFollow = new Stack<Guid>(
            positions.Values.Where(x => earlierParts.GetValueOrDefault(x) != laterParts.GetValueOrDefault(x)));
        var causes = toFollow.ToHashSet();
        var reached = toFollow.ToHashSet();
        while (toFollow.TryPop(out var id))
        {
            foreach (var acting in naming.GetValueOrDefault(id, []))
            {
                if (!reached.Add(acting))
                {
                    continue;
                }

                toFollow.Push(acting);
                if (earlierParts.ContainsKey(acting) != laterParts.ContainsKey(acting))
                {
                    causes.Add(acting);
                }
            }
        }

        return [.. positions.Values.Where(causes.Contains).Select(id =>
            new Cause(byId[id], ReportSelection.ReportedDay(byId[id], byId), DeedOf(byId[id], causes))
            {
                CountedBefore = earlierParts.GetValueOrDefault(id).Counts,
                CountsAfter = laterParts.GetValueOrDefault(id).Counts,
                Targets = [.. Named(byId[id]).Where(causes.Contains)],
            })];
    }

    private static IReadOnlyList<Guid> Named(EvidenceRecord report) => report.Target is { } target ? [target] : report.Supersedes;

    private static Deed DeedOf(EvidenceRecord report, HashSet<Guid> causes) => report.Kind switch
    {
        ReportKind.Retraction => Deed.Withdrawn,
        ReportKind.Delisting => report.Successor is null ? Deed.Delisted : Deed.Renamed,
        _ => report.Supersedes.Any(causes.Contains) ? Deed.Replaced : Deed.Said,
    };

    /// <summary>The visible reports of a holding, each with its part in the estimate.</summary>
    private static Dictionary<Guid, Part> PartsOf(HoldingEvidence? holding, Clocks clocks)
    {
        var parts = new Dictionary<Guid, Part>();
        if (holding is null)
        {
            return parts;
        }

        var withdrawals = holding.Reports.Where(x => x.Target is not null).Select(x => x.EventId).ToHashSet();
        foreach (var effect in holding.Effects(clocks))
        {
            // A report whose day is still to come is in effect for no bound, but counts: the beginning of its lot depends on it.
            var counts = effect.Exclusion is null or ExclusionReason.NotYet && !withdrawals.Contains(effect.EventId);
            parts.Add(effect.EventId, new Part(counts, effect.Low, effect.Best, effect.High));
        }

        return parts;
    }

    /// <summary>The part of one report in an estimate. <c>default</c>: none.</summary>
    private readonly record struct Part(bool Counts, bool Low, bool Best, bool High);
}
