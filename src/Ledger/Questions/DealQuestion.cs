using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/deals/{recipient}/{supplier}/{deal}: one deal in every platform that it covers, and its timeline: its reports in
/// the order of their middle days, each with its effect on the estimate.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Supplier">Code of the supplier.</param>
/// <param name="Deal">Its slug, or <see cref="Undivided"/>.</param>
/// <param name="Clocks">The clocks.</param>
public sealed record DealQuestion(string Recipient, string Supplier, string Deal, ClockParameters Clocks) : IQuestion
{
    /// <summary>Stands for the reports that name no deal; no deal's slug begins with a tilde.</summary>
    public const string Undivided = "~";

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/deals/{recipient}/{supplier}/{deal}", "deal",
        [.. ClockParameters.Names],
        (query, part) => new DealQuestion(part("recipient"), part("supplier"), part("deal"), ClockParameters.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        if (!Country.IsCode(Recipient) || !Country.IsCode(Supplier) || !(Deal == Undivided || Slug.IsLabel(Deal)))
        {
            throw NoSuchDeal();
        }

        var basis = await sources.Bases.ResolveAsync(Clocks, null, cancellation);
        var name = Deal == Undivided ? null : Deal;
        var holdings = await sources.Evidence.OfDealAsync(Recipient, Supplier, name, basis.Knowledge, cancellation);
        var timelines = holdings.Select(x => (Holding: x, Timeline: TimelineOf(x, name, basis.Clocks)))
            .Where(x => x.Timeline.Count > 0).ToList();
        if (timelines.Count == 0)
        {
            throw NoSuchDeal();
        }

        var counted = timelines.ConvertAll(x => x.Holding);
        var lines = counted.SelectMany(x => DealsQuestion.LinesOf(x, basis.Clocks))
            .Where(x => x.Deal.Supplier == Supplier && x.Deal.Deal == name).ToList();
        // What is usual is read only where an order that states no due depends on it.
        var usualOf = lines.Where(x => Overdue.DependsOnUsual(x.Deal)).Select(x => x.Platform.Category).ToHashSet();
        var narrowed = await sources.Bases.NarrowAsync(basis, async () => Math.Max(LastAffecting.Of(counted),
            await UsualTimesOfWorld.LastAsync(usualOf, basis, sources.Evidence, cancellation)), cancellation);
        var evidence = EvidenceLine.ReadAsync(() => InOrder(timelines, basis.Clocks), sources.Reports, cancellation);
        return Answer.Of(narrowed, async json =>
        {
            var usual = await UsualTimesOfWorld.ReadAsync(usualOf, basis, sources.Evidence, cancellation);
            await WriteAsync(json, narrowed, lines.ConvertAll(x => x.With(usual, basis.AsOf)), evidence);
        }, EvidenceLine.Columns, evidence, EvidenceLine.Write);
    }

    private async Task WriteAsync(StreamedJson json, Basis basis, IEnumerable<DealsQuestion.Line> lines,
        IAsyncEnumerable<EvidenceLine> timeline)
    {
        var writer = json.Writer;
        JsonShapes.WriteCountry(writer, "recipient", Recipient);
        JsonShapes.WriteCountry(writer, "supplier", Supplier);
        writer.WriteString("deal", Deal);
        JsonShapes.WriteBasis(writer, basis);
        writer.WriteStartArray("items");
        foreach (var item in lines)
        {
            DealsQuestion.Write(writer, item);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("timeline");
        await foreach (var line in timeline)
        {
            EvidenceLine.Write(writer, line);
            await json.FlushAsync();
        }

        writer.WriteEndArray();
    }

    /// <summary>The visible reports of the deal, and their retractions and delistings. Losses and observations without a deal belong to the
    /// holding, not to the undivided reports of a supplier.</summary>
    private List<ReportEffect> TimelineOf(HoldingEvidence holding, string? deal, Clocks clocks)
    {
        var own = holding.Reports.Where(x => x.Supplier == Supplier && x.Deal == deal
            && x.Kind is not (ReportKind.Retraction or ReportKind.Delisting)
            && (deal is not null || x.Kind is not (ReportKind.Loss or ReportKind.Observation))).Select(x => x.EventId).ToHashSet();
        // In order of position, so that retractions of these delistings are found too.
        foreach (var report in holding.Reports)
        {
            if (report.Target is { } target && own.Contains(target))
            {
                own.Add(report.EventId);
            }
        }

        return [.. holding.Effects(clocks).Where(x => own.Contains(x.EventId))];
    }

    private static List<(ReportEffect Effect, EstimateTrace? Trace)> InOrder(
        List<(HoldingEvidence Holding, List<ReportEffect> Timeline)> timelines, Clocks clocks) =>
    [
        .. (from one in timelines
            let trace = one.Holding.Trace(clocks)
            from effect in one.Timeline
            select (effect, trace)).OrderBy(x => x.effect.When.Middle).ThenBy(x => x.effect.Position),
    ];

    private static ProblemException NoSuchDeal() =>
        new(ProblemKinds.NotFound, "There is no such deal: no report that this question sees tells of it under this recipient and "
            + "supplier. /v1/deals lists those that there are; sightings and losses that name no deal belong to the holding.");
}
