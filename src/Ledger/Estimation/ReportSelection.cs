using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>Which reports are visible to a question, and which of them count (METHOD.md §1).</summary>
internal static class ReportSelection
{
    // The key of METHOD.md §1, sameOrigin: reports with equal keys repeat one statement. Losses and observations ignore supplier and deal.
    private readonly record struct Statement(
        ReportKind Kind, Milestone? Milestone, string? Supplier, string? Deal, string? Lot, string Origin);

    /// <summary>The visible reports in order of position, each with the reason why it is set aside, if there is one.</summary>
    public static List<Claim> Of(IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items)
    {
        var visible = Visible(InOrder(reports), clocks, items);
        ExcludeByOtherReports(visible);
        foreach (var claim in visible)
        {
            claim.Exclusion ??= OwnExclusion(claim);
        }

        ExcludeRepetitions(visible);
        return visible;
    }

    /// <summary>Whether two reports repeat one statement, so that only one of them counts.</summary>
    public static bool AreOneStatement(EvidenceRecord one, EvidenceRecord other) =>
        one.Origin is { } origin && origin == other.Origin && StatementOf(one, origin) == StatementOf(other, origin);

    private static IReadOnlyList<EvidenceRecord> InOrder(IReadOnlyList<EvidenceRecord> reports)
    {
        for (var i = 1; i < reports.Count; i++)
        {
            if (reports[i - 1].Position > reports[i].Position)
            {
                return [.. reports.OrderBy(report => report.Position)];
            }
        }

        return reports;
    }

    private static List<Claim> Visible(IReadOnlyList<EvidenceRecord> reports, Clocks clocks, ItemsPerSystem items)
    {
        var visible = new List<Claim>(reports.Count);
        Dictionary<Guid, EvidenceRecord>? earlier = null;
        foreach (var report in reports)
        {
            if (report.Position > clocks.KnownAt)
            {
                break;
            }

            if (report is { Kind: ReportKind.Retraction, Published: null })
            {
                earlier ??= UpTo(reports, clocks.KnownAt);
            }

            var reported = ReportedDay(report, earlier);
            if (reported <= (clocks.ReportedBy ?? DateOnly.MaxValue))
            {
                visible.Add(new Claim(report, reported, items, clocks.Method));
            }
        }

        return visible;
    }

    private static Dictionary<Guid, EvidenceRecord> UpTo(IReadOnlyList<EvidenceRecord> reports, long knownAt)
    {
        var byId = new Dictionary<Guid, EvidenceRecord>();
        foreach (var report in reports)
        {
            if (report.Position <= knownAt)
            {
                byId.TryAdd(report.EventId, report);
            }
        }

        return byId;
    }

    /// <summary>The published day, else the day of recording. A retraction without a published day corrects the ledger's own mistake and
    /// takes the reported day of its target; if the target is not among the reports, its own day of recording. A target's position is
    /// lower than the retraction's; checking that also ends the loop on cyclic data.</summary>
    internal static DateOnly ReportedDay(EvidenceRecord report, Dictionary<Guid, EvidenceRecord>? byId)
    {
        while (report is { Published: null, Kind: ReportKind.Retraction, Target: { } id }
            && byId!.TryGetValue(id, out var target) && target.Position < report.Position)
        {
            report = target;
        }

        return report.Published ?? DateOnly.FromDateTime(report.RecordedAt.UtcDateTime);
    }

    private static void ExcludeByOtherReports(List<Claim> visible)
    {
        // A retraction cannot be retracted, so each visible one takes effect.
        var retracted = Named(visible, ReportKind.Retraction, except: null);
        var superseded = Superseded(visible, retracted);
        var delisted = Named(visible, ReportKind.Delisting, except: retracted);
        foreach (var claim in visible)
        {
            if (!claim.IsOfUnits)
            {
                continue;
            }

            (claim.Exclusion, claim.SetAsideBy) =
                By(retracted, claim) is { } retraction ? (ExclusionReason.Retracted, retraction)
                : By(superseded, claim) is { } successor ? (ExclusionReason.Superseded, successor)
                : By(delisted, claim) is { } delisting ? (ExclusionReason.Delisted, delisting)
                : default((ExclusionReason?, Guid?));
        }
    }

    private static Guid? By(Dictionary<Guid, Guid>? named, Claim claim) =>
        named is not null && named.TryGetValue(claim.Report.EventId, out var by) ? by : null;

    /// <summary>The reports that visible ones of a kind name, each with the first that does.</summary>
    private static Dictionary<Guid, Guid>? Named(List<Claim> visible, ReportKind by, Dictionary<Guid, Guid>? except)
    {
        Dictionary<Guid, Guid>? named = null;
        foreach (var claim in visible)
        {
            if (claim.Report.Kind == by && claim.Report.Target is { } target && except?.ContainsKey(claim.Report.EventId) != true)
            {
                (named ??= []).TryAdd(target, claim.Report.EventId);
            }
        }

        return named;
    }

    /// <summary>The reports reached through <c>supersedes</c> from any visible report that is neither retracted nor of credibility 5, each
    /// with the report that names it. Reports in between may be retracted: what a retracted correction replaced stays replaced by the
    /// correction's successor.</summary>
    private static Dictionary<Guid, Guid>? Superseded(List<Claim> visible, Dictionary<Guid, Guid>? retracted)
    {
        if (!visible.Exists(claim => claim.Report.Supersedes.Count > 0))
        {
            return null;
        }

        var byId = new Dictionary<Guid, EvidenceRecord>(visible.Count);
        var toFollow = new Stack<EvidenceRecord>();
        foreach (var claim in visible)
        {
            byId.TryAdd(claim.Report.EventId, claim.Report);
            if (claim.Report.Grade.Possible && retracted?.ContainsKey(claim.Report.EventId) != true)
            {
                toFollow.Push(claim.Report);
            }
        }

        var reached = new Dictionary<Guid, Guid>();
        while (toFollow.TryPop(out var report))
        {
            foreach (var id in report.Supersedes)
            {
                if (reached.TryAdd(id, report.EventId) && byId.TryGetValue(id, out var next))
                {
                    toFollow.Push(next);
                }
            }
        }

        return reached;
    }

    private static ExclusionReason? OwnExclusion(Claim claim) =>
        !claim.IsOfUnits ? null
        : claim.Report.Role != Role.Transfer ? ExclusionReason.Role
        : !claim.Report.Grade.Possible ? ExclusionReason.Improbable
        : null;

    /// <summary>Of the reports that repeat one statement only one counts: a credible one before any other, then the best by rank. Ten
    /// newspapers quoting one minister are one piece of evidence.</summary>
    private static void ExcludeRepetitions(List<Claim> visible)
    {
        Dictionary<Statement, Claim>? counted = null;
        foreach (var claim in visible)
        {
            if (!claim.Counts || claim.Report.Origin is not { } origin)
            {
                continue;
            }

            var statement = StatementOf(claim.Report, origin);
            counted ??= [];
            if (!counted.TryGetValue(statement, out var other))
            {
                counted.Add(statement, claim);
                continue;
            }

            var isBetter = claim.Credible != other.Credible ? claim.Credible : Claim.CompareRank(claim, other) < 0;
            (isBetter ? other : claim).Exclusion = ExclusionReason.SameOrigin;
            if (isBetter)
            {
                counted[statement] = claim;
            }
        }

        foreach (var claim in visible)
        {
            if (claim.Exclusion == ExclusionReason.SameOrigin)
            {
                claim.SetAsideBy = counted![StatementOf(claim.Report, claim.Report.Origin!)].Report.EventId;
            }
        }
    }

    private static Statement StatementOf(EvidenceRecord report, string origin) =>
        report.Kind is ReportKind.Loss or ReportKind.Observation
            ? new(report.Kind, report.Milestone, null, null, report.Lot, origin)
            : new(report.Kind, report.Milestone, report.Supplier, report.Deal, report.Lot, origin);
}
