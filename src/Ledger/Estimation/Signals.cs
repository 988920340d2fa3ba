using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>A question to an analyst about one holding, never a finding: no estimate depends on it.</summary>
public sealed record Signal
{
    public required SignalKind Kind { get; init; }

    public required string Recipient { get; init; }

    /// <summary>Slug.</summary>
    public required string Platform { get; init; }

    /// <summary>Its name.</summary>
    public required string PlatformName { get; init; }

    /// <summary>The embargoed supplier that the question is about; null where it is about none.</summary>
    public string? Supplier { get; init; }

    /// <summary>Code of the receiver of units that were passed on; null in other questions.</summary>
    public string? To { get; init; }

    /// <summary>The question in English.</summary>
    public required string Question { get; init; }

    /// <summary>Items that the question is about: passed on to <see cref="To"/>; received from <see cref="Supplier"/>; or received and
    /// made at declared rates, less the losses.</summary>
    public required Interval Units { get; init; }

    /// <summary>Items: the largest observation; null where there is none, and in questions that do not compare with observations.</summary>
    public long? Observed { get; init; }

    /// <summary>Items that works would have made at declared rates beyond what was reported to have come; null in questions that do not
    /// ask about them.</summary>
    public long? Declared { get; init; }

    /// <summary>The embargo that the question is about; null in other questions.</summary>
    public Embargo? Embargo { get; init; }

    /// <summary>Event ids of the reports that raise the question, in order of position.</summary>
    public required IReadOnlyList<Guid> Reports { get; init; }
}

/// <summary>Finds the questions that an analyst should look into. Pure. It uses the reports that count in an estimate, each as soon as it
/// is in effect for any bound: a question may rest on doubtful reports.</summary>
public static class Signals
{
    /// <summary>Units are far above the largest observation from this multiple of it on. Photographs and parades usually show about a third
    /// of a fleet.</summary>
    public const int FarAboveTimes = 3;

    /// <summary>And from this many items more on: with small numbers, one unobserved lot would exceed the multiple.</summary>
    public const int FarAboveItems = 10;

    /// <summary>The questions about one holding, in any order.</summary>
    /// <param name="embargoes">What the operator lists.</param>
    public static IEnumerable<Signal> Of(HoldingEvidence holding, Clocks clocks, IReadOnlyList<Embargo> embargoes)
    {
        var counting = ReportSelection.Of(holding.Reports, clocks, holding.Platform.Items)
            .FindAll(claim => claim.Counts);
        return
        [
            .. PassedOn(holding, counting, clocks, embargoes), .. FromEmbargoed(holding, counting, clocks, embargoes),
            .. AboveHoldings(holding, counting, clocks),
        ];
    }

    private static IEnumerable<Signal> PassedOn(
        HoldingEvidence holding, List<Claim> counting, Clocks clocks, IReadOnlyList<Embargo> embargoes)
    {
        // What goes back to whoever supplied it is no transfer to anybody else.
        var suppliers = counting.FindAll(IsOfSupply).Select(claim => claim.Report.Supplier).ToHashSet(StringComparer.Ordinal);
        var transfers = counting.FindAll(claim => claim.Report is { Kind: ReportKind.Loss, To: { } to }
            && !(clocks.Method.SignalsSpareReturnsAndStock && (claim.Report.Cause == LossCause.Returned || suppliers.Contains(to))));
        foreach (var losses in transfers.GroupBy(claim => claim.Report.To!))
        {
            if (!losses.Any(claim => claim.InEffectForHigh(clocks.AsOf)))
            {
                continue;
            }

            var passedOn = About(SignalKind.PassedOn, holding, losses, clocks) with
            {
                To = losses.Key,
                Units = Pooling.Count([.. losses], clocks.AsOf, clocks.Method).Interval,
            };
            yield return passedOn with
            {
                Question = $"Reports say that {Number(passedOn.Units)} {NameOf(holding)} of {NameAndCode(holding.Recipient)} "
                    + $"were passed on to {NameAndCode(losses.Key)}: were they, and who agreed to it?",
            };
            var under = losses.Where(claim => claim.InEffectForHigh(clocks.AsOf))
                .Select(claim => embargoes.FirstOrDefault(x => x.Code == losses.Key && x.MayCover(claim.When)))
                .FirstOrDefault(x => x is not null);
            if (under is not null)
            {
                yield return passedOn with
                {
                    Kind = SignalKind.Embargoed,
                    Embargo = under,
                    Question = $"Reports name {NameAndCode(losses.Key)}, which is on this service's list of embargoed codes, as receiver "
                        + $"of {NameOf(holding)} that {NameAndCode(holding.Recipient)} passed on: did it receive them, "
                        + "and what does the embargo say of it?",
                };
            }
        }
    }

    private static IEnumerable<Signal> FromEmbargoed(
        HoldingEvidence holding, List<Claim> counting, Clocks clocks, IReadOnlyList<Embargo> embargoes)
    {
        // Reports of before or after the embargo are no question.
        var supplied =
            from claim in counting
            where IsOfSupply(claim)
            let embargo = embargoes.FirstOrDefault(x => x.Code == claim.Report.Supplier && x.MayCover(claim.When))
            where embargo is not null
            select (Claim: claim, Embargo: embargo);
        return
            from one in supplied.GroupBy(x => x.Claim.Report.Supplier)
            let reports = one.Select(x => x.Claim).ToList()
            where reports.Exists(claim => claim.InEffectForHigh(clocks.AsOf))
            select About(SignalKind.Embargoed, holding, reports, clocks) with
            {
                Supplier = one.Key,
                Embargo = one.First().Embargo,
                Units = Deals.Total(Deals.Of(reports).At(clocks.AsOf, clocks.Method), clocks.Method).Units.Interval,
                Question = $"Reports name {NameAndCode(one.Key)}, which is on this service's list of embargoed codes, as supplier of "
                    + $"{NameOf(holding)} to {NameAndCode(holding.Recipient)}: did it supply them, and what does the embargo say of it?",
            };
    }

    /// <summary>Compares the units that came, and those that would have been made beyond them at declared rates, less the losses, with the
    /// largest observation. Without an observation only a declared rate raises the question: most deliveries are never observed.</summary>
    private static IEnumerable<Signal> AboveHoldings(HoldingEvidence holding, List<Claim> counting, Clocks clocks)
    {
        // Stock is made to be used up: where it is not seen any more, nobody need ask where it is.
        if (clocks.Method.SignalsSpareReturnsAndStock && holding.Platform.Class == PlatformClass.Expendable)
        {
            yield break;
        }

        var deals = Deals.Of(counting).At(clocks.AsOf, clocks.Method);
        var unreported = deals.Sum(deal => Math.Max(0, deal.Declared - deal.Units.Best));
        var came = Deals.Total(deals, clocks.Method).Units;
        var lost = Pooling.Count(counting.FindAll(claim => claim.Report.Kind == ReportKind.Loss), clocks.AsOf, clocks.Method);
        // As in an estimate: losses that only doubtful reports state do not lower low.
        var low = Math.Max(0, came.Low - lost.Most);
        var best = Math.Max(low, came.Best + unreported - lost.Best);
        // High of a line that runs has in it what it may have made.
        var beyond = clocks.Method.RatesCountFromStart ? 0 : unreported;
        var units = new Interval(low, best, came.High is { } high ? Math.Max(best, high + beyond - lost.Low) : null);
        var seen = counting.FindAll(claim => claim.Report.Kind == ReportKind.Observation && claim.InEffectForHigh(clocks.AsOf));
        long? observed = seen.Count == 0 ? null : seen.Max(claim => claim.Stated.Hi ?? claim.Stated.Best);
        if (!IsFarAbove(units.Best, observed ?? 0) || (observed is null && unreported == 0))
        {
            yield break;
        }

        var compared = counting.FindAll(claim => claim.AddsUnits || claim.Report.RateAYear is not null
            || claim.Report.Milestone is Milestone.Halted or Milestone.ProductionStarted or Milestone.FirstUnit
            || claim.Report.Kind is ReportKind.Observation or ReportKind.Loss);
        yield return About(SignalKind.AboveHoldings, holding, compared, clocks) with
        {
            Units = units,
            Observed = observed,
            Declared = unreported,
            Question = $"Imports and declared production of {NameOf(holding)} by {NameAndCode(holding.Recipient)} "
                + $"add up to {Number(units)}, less what was lost; "
                + (observed is { } most
                    ? $"no report has seen more than {most}: where are the others?"
                    : "no report has seen any: where are they?"),
        };
    }

    /// <summary>Whether it states that its supplier supplied something: losses and observations may name one too, and do not.</summary>
    private static bool IsOfSupply(Claim claim) => claim.Report.Kind is not (ReportKind.Loss or ReportKind.Observation);

    private static bool IsFarAbove(long units, long observed) => units >= FarAboveTimes * observed && units >= observed + FarAboveItems;

    private static Signal About(SignalKind kind, HoldingEvidence holding, IEnumerable<Claim> reports, Clocks clocks) => new()
    {
        Kind = kind,
        Recipient = holding.Recipient,
        Platform = holding.Platform.Slug,
        PlatformName = NameOf(holding),
        Question = "",
        Units = default,
        Reports = [.. reports.Where(claim => claim.InEffectForHigh(clocks.AsOf)).Select(claim => claim.Report.EventId)],
    };

    private static string NameOf(HoldingEvidence holding) => holding.Platform.Definition.Name;

    internal static string NameAndCode(string code) => Country.NameOf(code) == code ? code : $"{Country.InSentence(code)} ({code})";

    private static string Number(Interval units) =>
        units.Best > 0 ? $"{units.Best}" : units.Hi is { } most ? $"up to {most}" : "some";
}
