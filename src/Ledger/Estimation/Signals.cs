using Ledger.Vocabulary;


namespace Ledger.Estimation;

/// <summary>A question to an analyst about one holding, never a finding: no estimate depends on it.</summary>
public sealed record Signal
{
    public required SignalKind Kind { get; init; }

    public required string Recipient { get; init; }

    /// <summary>Slug.</summary>
    public required string Platform { get; init; }

    /// <summary>The embargoed supplier that the question is about; null where it is about none.</summary>
    public string? Supplier { get; init; }

    /// <summary>Who received what was passed on; null where nothing was.</summary>
    public string? To { get; init; }

    /// <summary>In words, as a question.</summary>
    public required string Question { get; init; }

    /// <summary>Items that the question is about: passed on to <see cref="To"/>; come from <see cref="Supplier"/>; or come and declared
    /// as made, less the losses.</summary>
    public required Interval Units { get; init; }

    /// <summary>The most items that any observation speaks of; null where there is none, or where they are not asked about.</summary>
    public long? Observed { get; init; }

    /// <summary>Event ids of its reports, by position.</summary>
    public required IReadOnlyList<Guid> Reports { get; init; }
}

/// <summary>Finds what an analyst should be asked. Pure. It hears the reports that an estimate hears, and takes one up as soon as it is in
/// effect for a bound: a question may be doubtful, an estimate may not.</summary>
public static class Signals
{
    /// <summary>Imports are far above what was seen from three times as many on: photographs and parades show a part of a fleet, and a
    /// third of it is usual.</summary>
    public const int FarAboveTimes = 3;

    /// <summary>And from so many items more on: of a handful, three times as many may be one lot that nobody has photographed.</summary>
    public const int FarAboveItems = 10;

    /// <summary>The questions about one holding, in any order.</summary>
    /// <param name="embargoed">Codes that the operator has listed.</param>
    public static IEnumerable<Signal> Of(HoldingEvidence holding, Clocks clocks, IReadOnlySet<string> embargoed)
    {
        var counting = ReportSelection.Of(holding.Reports, clocks.KnownAt, clocks.ReportedBy, holding.Platform.Items).FindAll(claim => claim.Counts);
        return
        [
            .. PassedOn(holding, counting, clocks, embargoed), .. FromEmbargoed(holding, counting, clocks, embargoed),
            .. AboveHoldings(holding, counting, clocks),
        ];
    }

    private static IEnumerable<Signal> PassedOn(HoldingEvidence holding, List<Claim> counting, Clocks clocks, IReadOnlySet<string> embargoed)
    {
        foreach (var losses in counting.FindAll(claim => claim.Report is { Kind: ReportKind.Loss, To: not null }).GroupBy(claim => claim.Report.To!))
        {
            if (!losses.Any(claim => claim.InEffectForHigh(clocks.AsOf))) continue;
            var passedOn = About(SignalKind.PassedOn, holding, losses, clocks) with
            {
                To = losses.Key,
                Units = Pooling.Count([.. losses], clocks.AsOf).Interval,
            };
            yield return passedOn with
            {
                Question = $"Reports say that {Number(passedOn.Units)} {Name(holding)} of {Who(holding.Recipient)} were passed on to {Who(losses.Key)}: "
                    + "were they, and who agreed to it?",
            };
            if (embargoed.Contains(losses.Key))
            {
                yield return passedOn with
                {
                    Kind = SignalKind.Embargoed,
                    Question = $"Reports name {Who(losses.Key)}, which is on this service's list of embargoed codes, as receiver of "
                        + $"{Name(holding)} that {Who(holding.Recipient)} passed on: did it receive them, and what does the embargo say of it?",
                };
            }
        }
    }

    private static IEnumerable<Signal> FromEmbargoed(HoldingEvidence holding, List<Claim> counting, Clocks clocks, IReadOnlySet<string> embargoed)
    {
        // Losses and observations may name a supplier too; they do not say that it supplied anything.
        var supplied = counting.FindAll(claim => embargoed.Contains(claim.Report.Supplier)
            && claim.Report.Kind is not (ReportKind.Loss or ReportKind.Observation));
        return
            from reports in supplied.GroupBy(claim => claim.Report.Supplier)
            where reports.Any(claim => claim.InEffectForHigh(clocks.AsOf))
            select About(SignalKind.Embargoed, holding, reports, clocks) with
            {
                Supplier = reports.Key,
                Units = Deals.Total(Deals.Of([.. reports]).At(clocks.AsOf)).Units.Interval,
                Question = $"Reports name {Who(reports.Key)}, which is on this service's list of embargoed codes, as supplier of {Name(holding)} to "
                    + $"{Who(holding.Recipient)}: did it supply them, and what does the embargo say of it?",
            };
    }

    /// <summary>What came, and what works would have made at their declared rates beyond that, less what was lost, against the most that
    /// was seen. Without any sighting only a declared rate raises the question: most deliveries are never seen by anybody.</summary>
    private static IEnumerable<Signal> AboveHoldings(HoldingEvidence holding, List<Claim> counting, Clocks clocks)
    {
        var deals = Deals.Of(counting).At(clocks.AsOf);
        var unreported = deals.Sum(deal => Math.Max(0, deal.Declared - deal.Units.Best));
        var came = Deals.Total(deals).Units;
        var lost = Pooling.Count(counting.FindAll(claim => claim.Report.Kind == ReportKind.Loss), clocks.AsOf);
        // As in an estimate: what doubtful reports say was lost lowers no low.
        var low = Math.Max(0, came.Low - lost.Most);
        var best = Math.Max(low, came.Best + unreported - lost.Best);
        var units = new Interval(low, best, came.High is { } high ? Math.Max(best, high + unreported - lost.Low) : null);
        var seen = counting.FindAll(claim => claim.Report.Kind == ReportKind.Observation && claim.InEffectForHigh(clocks.AsOf));
        long? observed = seen.Count == 0 ? null : seen.Max(claim => claim.Says.Hi ?? claim.Says.Best);
        if (!IsFarAbove(units.Best, observed ?? 0) || (observed is null && unreported == 0)) yield break;
        yield return About(SignalKind.AboveHoldings, holding, counting.FindAll(claim => claim.AddsUnits || claim.Report.RateAYear is not null
            || claim.Report.Milestone == Milestone.Halted || claim.Report.Kind is ReportKind.Observation or ReportKind.Loss), clocks) with
        {
            Units = units,
            Observed = observed,
            Question = $"Imports and declared production of {Name(holding)} by {Who(holding.Recipient)} add up to {Number(units)}, less what was lost; "
                + (observed is { } most ? $"no report has seen more than {most}: where are the others?" : "no report has seen any: where are they?"),
        };
    }

    private static bool IsFarAbove(long units, long observed) => units >= FarAboveTimes * observed && units >= observed + FarAboveItems;

    private static Signal About(SignalKind kind, HoldingEvidence holding, IEnumerable<Claim> reports, Clocks clocks) => new()
    {
        Kind = kind,
        Recipient = holding.Recipient,
        Platform = holding.Platform.Slug,
        Question = "",
        Units = default,
        Reports = [.. reports.Where(claim => claim.InEffectForHigh(clocks.AsOf)).Select(claim => claim.Report.EventId)],
    };

    private static string Name(HoldingEvidence holding) => holding.Platform.Definition.Name;

    private static string Who(string code) => Country.NameOf(code) is var name && name == code ? code : $"{name} ({code})";

    private static string Number(Interval units) =>
        units.Best > 0 ? $"{units.Best}" : units.Hi is { } most ? $"up to {most}" : "some";
}
