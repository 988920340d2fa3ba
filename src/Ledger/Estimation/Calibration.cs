using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>Two editions of one feed that follow one another.</summary>
/// <param name="Feed">URI of the feed.</param>
/// <param name="Earlier">The day of the earlier edition.</param>
/// <param name="Later">The day of the later one.</param>
public readonly record struct EditionPair(string Feed, DateOnly Earlier, DateOnly Later)
{
    /// <summary>The last full year when the earlier edition came out.</summary>
    public int LastYear => Earlier.Year - 1;
}

/// <summary>The kind of a figure that a later edition may revise.</summary>
/// <param name="Category">Category of the platform.</param>
/// <param name="Flagged">Whether the source marks it as uncertain (about); else it is exact.</param>
/// <param name="Recent">Whether the last delivery was within three years before the edition; else it is older.</param>
public readonly record struct FigureKind(Category Category, bool Flagged, bool Recent);

/// <summary>What became of figures in a later edition.</summary>
public readonly record struct RevisionCounts
{
    /// <summary>How many figures the later edition also has.</summary>
    public int Figures { get; init; }

    /// <summary>How many of them it has changed.</summary>
    public int Revised { get; init; }

    /// <summary>How many of its figures lie within what was estimated when the earlier edition came out.</summary>
    public int Inside { get; init; }

    /// <summary>How many of the changed ones do.</summary>
    public int RevisedInside { get; init; }

    /// <summary>How many of the estimates have no upper bound; whatever the later edition says lies within them.</summary>
    public int Open { get; init; }

    /// <summary>Sum of the widths of the others, each divided by the earlier figure.</summary>
    public decimal Widths { get; init; }

    /// <summary>How many figures the later edition lists no more, and names no successor.</summary>
    public int Dropped { get; init; }

    /// <summary>How many figures the later edition has let grow by deliveries after the last full year before the earlier one: it speaks of
    /// another time, which revises nothing.</summary>
    public int Continued { get; init; }

    /// <summary>The counts of two parts together.</summary>
    public static RevisionCounts operator +(RevisionCounts x, RevisionCounts y) => new()
    {
        Figures = x.Figures + y.Figures,
        Revised = x.Revised + y.Revised,
        Inside = x.Inside + y.Inside,
        RevisedInside = x.RevisedInside + y.RevisedInside,
        Open = x.Open + y.Open,
        Widths = x.Widths + y.Widths,
        Dropped = x.Dropped + y.Dropped,
        Continued = x.Continued + y.Continued,
    };
}

/// <summary>What an edition lacked of its last full year, by the later one.</summary>
/// <param name="Deals">Deals that delivered in that year.</param>
/// <param name="MissingDeals">Those of them that the earlier edition did not have at all.</param>
/// <param name="Units">Items that came of these deals in that year, best reading.</param>
/// <param name="MissingUnits">Items that came of the deals that the earlier edition did not have.</param>
public readonly record struct MissingCounts(int Deals, int MissingDeals, long Units, long MissingUnits)
{
    /// <summary>The counts of two parts together.</summary>
    public static MissingCounts operator +(MissingCounts x, MissingCounts y) => new(
        x.Deals + y.Deals, x.MissingDeals + y.MissingDeals, x.Units + y.Units, x.MissingUnits + y.MissingUnits);
}

/// <summary>What two editions say of the bands (METHOD.md, What method 2 was held against): what a later edition made of the figures of an
/// earlier one, held against what was estimated on the earlier one's day. Adds up over recipients. Pure.</summary>
public sealed class Calibration
{
    /// <summary>A figure is recent as long as its last delivery was at most so many years before the edition.</summary>
    public const int RecentYears = 3;

    /// <summary>What became of the figures.</summary>
    public SortedDictionary<FigureKind, RevisionCounts> Revisions { get; } = new(Comparer<FigureKind>.Create((x, y) =>
        (x.Category, x.Flagged, x.Recent).CompareTo((y.Category, y.Flagged, y.Recent))));

    /// <summary>What the earlier edition lacked, by category.</summary>
    public SortedDictionary<Category, MissingCounts> Missing { get; } = [];

    /// <summary>Adds the figures of one recipient.</summary>
    /// <param name="holdings">All its holdings.</param>
    /// <param name="pair">The editions.</param>
    /// <param name="ofFeed">Positions of the reports of their feed.</param>
    /// <param name="clocks">The clocks; only the position and the method are used.</param>
    public void Add(IReadOnlyList<HoldingEvidence> holdings, EditionPair pair, IReadOnlySet<long> ofFeed, Clocks clocks)
    {
        var early = clocks with { AsOf = pair.Earlier, ReportedBy = pair.Earlier };
        var late = clocks with { AsOf = pair.Later, ReportedBy = pair.Later };
        var said = holdings.Select(x => (
            Holding: x, Before: StatementsOf(x, ofFeed, early), After: StatementsOf(x, ofFeed, late))).ToList();
        var editions = new LaterEdition([.. said.SelectMany(x => x.After)]);
        var known = said.SelectMany(x => x.Before).Where(x => x.IsOfUnits).Select(DealOf).ToHashSet();
        foreach (var (holding, before, after) in said)
        {
            AddRevisions(holding, before.FindAll(x => IsOver(x, pair)), editions, early, pair);
            AddMissing(holding, after.FindAll(x => IsTotal(x) && Delivers(x, pair.LastYear)),
                x => known.Contains(DealOf(x)) || editions.Succeeds(x), late, pair);
        }
    }

    private void AddRevisions(HoldingEvidence holding, List<Claim> said, LaterEdition later, Clocks early, EditionPair pair)
    {
        if (said.Count == 0)
        {
            return;
        }

        var deals = holding.Estimate(early).Deals.ToDictionary(x => (x.Supplier, x.Deal));
        foreach (var claim in said)
        {
            var kind = new FigureKind(
                holding.Platform.Category, claim.Report.Quantity.Qualifier == Qualifier.About, IsRecent(claim, pair));
            var figure = later.FigureOf(claim);
            Revisions[kind] = Revisions.GetValueOrDefault(kind) + (
                figure is null ? new RevisionCounts { Dropped = 1 }
                : figure.When.Latest.Year > pair.LastYear ? new RevisionCounts { Continued = 1 }
                : CountsOf(deals[(claim.Report.Supplier, claim.Report.Deal)], claim.Stated.Best, figure.Stated.Best));
        }
    }

    private static RevisionCounts CountsOf(DealEstimate estimated, long earlier, long later)
    {
        var inside = estimated.Low <= later && !(estimated.High < later);
        var revised = earlier != later;
        return new RevisionCounts
        {
            Figures = 1,
            Revised = revised ? 1 : 0,
            Inside = inside ? 1 : 0,
            RevisedInside = revised && inside ? 1 : 0,
            Open = estimated.High is null ? 1 : 0,
            Widths = estimated.High is { } high ? (decimal)(high - estimated.Low) / earlier : 0,
        };
    }

    private void AddMissing(HoldingEvidence holding, List<Claim> totals, Func<Claim, bool> wasKnown, Clocks late, EditionPair pair)
    {
        if (totals.Count == 0)
        {
            return;
        }

        var ends = holding.Estimates(late, [new DateOnly(pair.LastYear - 1, 12, 31), new DateOnly(pair.LastYear, 12, 31)]);
        foreach (var deal in totals.GroupBy(DealOf))
        {
            long BestAt(HoldingEstimate end) =>
                end.Deals.FirstOrDefault(x => (x.Supplier, x.Deal) == (deal.Key.Supplier, deal.Key.Deal))?.Best ?? 0;
            var units = Math.Max(0, BestAt(ends[1]) - BestAt(ends[0]));
            var missing = !deal.Any(wasKnown);
            var category = holding.Platform.Category;
            Missing[category] = Missing.GetValueOrDefault(category)
                + new MissingCounts(1, missing ? 1 : 0, units, missing ? units : 0);
        }
    }

    /// <summary>What the feed says of named deals, as it is visible by the clocks; with its delistings, and all retractions.</summary>
    private static List<Claim> StatementsOf(HoldingEvidence holding, IReadOnlySet<long> ofFeed, Clocks clocks) =>
        ReportSelection.Of(holding.Reports, clocks, holding.Platform.Items).FindAll(claim => claim.Report.Kind == ReportKind.Retraction
            || (ofFeed.Contains(claim.Report.Position) && (claim.Report.Deal is not null || !claim.IsOfUnits)));

    private static bool IsTotal(Claim claim) =>
        claim is { Counts: true, Report: { Kind: ReportKind.Delivery, Lot: null } } && claim.Stated.Best > 0;

    /// <summary>A figure whose deliveries were over by the end of the year before the edition.</summary>
    private static bool IsOver(Claim claim, EditionPair pair) => IsTotal(claim) && claim.When.Latest.Year <= pair.LastYear
        && claim.Report.Quantity.Qualifier is Qualifier.About or Qualifier.Exact;

    private static bool IsRecent(Claim claim, EditionPair pair) => claim.When.Latest.Year >= pair.Earlier.Year - RecentYears;

    private static bool Delivers(Claim claim, int year) => claim.When.Earliest.Year <= year && claim.When.Latest.Year >= year;

    private static (string Supplier, string? Deal) DealOf(Claim claim) => (claim.Report.Supplier, claim.Report.Deal);

    /// <summary>What a later edition lists: what became in it of a report.</summary>
    private sealed class LaterEdition
    {
        private readonly Dictionary<Guid, Claim> _byId = [];
        private readonly Dictionary<Guid, Guid> _replacedBy = [];
        private readonly Dictionary<Guid, Guid?> _delisted = [];
        private readonly HashSet<Guid> _successors = [];
        private readonly Dictionary<(string Supplier, string? Deal), Claim> _newest = [];

        /// <param name="visible">What the feed says of one recipient's deals by the later edition, in any order.</param>
        public LaterEdition(List<Claim> visible)
        {
            visible.Sort((one, other) => one.Report.Position.CompareTo(other.Report.Position));
            var retracted = visible.Where(x => x.Report.Kind == ReportKind.Retraction).Select(x => x.Report.Target).ToHashSet();
            foreach (var claim in visible)
            {
                var report = claim.Report;
                _byId[report.EventId] = claim;
                if (claim.Counts && IsSound(claim))
                {
                    _newest[DealOf(claim)] = claim;
                }

                foreach (var replaced in report.Supersedes)
                {
                    _replacedBy[replaced] = report.EventId;
                }

                if (report is { Kind: ReportKind.Delisting, Target: { } target } && !retracted.Contains(report.EventId))
                {
                    _delisted[target] = report.Successor;
                    if (report.Successor is { } successor)
                    {
                        _successors.Add(successor);
                    }
                }
            }
        }

        /// <summary>Whether a report is one under which the later edition lists what the earlier one listed as another.</summary>
        public bool Succeeds(Claim claim) => _successors.Contains(claim.Report.EventId);

        /// <summary>The figure of the same order, as the feed states it, whatever others made of it; null where it is listed no
        /// more.</summary>
        public Claim? FigureOf(Claim said)
        {
            Claim? figure = null;
            var at = (Guid?)said.Report.EventId;
            // No more steps than reports: the successors of delistings might run in a circle.
            for (var steps = 0; steps <= _byId.Count && at is { } id && _byId.TryGetValue(id, out var claim); steps++)
            {
                // What a retracted correction replaced is replaced by what replaced the correction.
                if (IsSound(claim))
                {
                    figure = claim;
                }

                if (_replacedBy.TryGetValue(id, out var next))
                {
                    at = next;
                }
                else if (_delisted.TryGetValue(id, out at))
                {
                    figure = null;
                }
                else
                {
                    break;
                }
            }

            // A total that merely extends this one stands beside it: the edition's own figure is the newest.
            return figure is not null && _newest.TryGetValue(DealOf(figure), out var newest)
                && newest.Report.Position > figure.Report.Position ? newest : figure;
        }

        private static bool IsSound(Claim claim) => claim.Report is { Kind: ReportKind.Delivery, Lot: null }
            && claim.Exclusion is not (ExclusionReason.Retracted or ExclusionReason.Improbable);
    }
}
