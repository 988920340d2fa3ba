using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Reports;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/deals/{recipient}/{supplier}/{deal}: one deal in every platform that it covers, and its timeline: each report of it
/// in the order in which things happened, and what it does to the estimate.</summary>
/// <param name="Deal">Its slug, or <see cref="Undivided"/>.</param>
public sealed record DealQuestion(string Recipient, string Supplier, string Deal, ClockParameters Clocks) : IQuestion
{
    /// <summary>How a deal without a name is written: a deal's slug never begins with a tilde.</summary>
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
        var timelines = holdings.Select(x => (Holding: x, Timeline: TimelineOf(x, name, basis.Clocks))).Where(x => x.Timeline.Count > 0).ToList();
        if (timelines.Count == 0)
        {
            throw NoSuchDeal();
        }

        var counted = timelines.ConvertAll(x => x.Holding);
        var narrowed = await sources.Bases.NarrowAsync(basis, LastAffecting.Of(counted), cancellation);
        var timeline = timelines.SelectMany(x => x.Timeline).OrderBy(x => x.When.Middle).ThenBy(x => x.Position).ToList();
        var reports = sources.Reports.AtAsync(timeline, x => x.Position, cancellation);
        var lines = counted.SelectMany(x => DealsQuestion.LinesOf(x, basis.Clocks)).Where(x => x.Deal.Supplier == Supplier && x.Deal.Deal == name);
        return Answer.Of(narrowed, json => WriteAsync(json, narrowed, lines, reports), JsonShapes.EvidenceColumns, reports,
            (writer, x) => JsonShapes.WriteEvidence(writer, x.Report, x.Named));
    }

    private async Task WriteAsync(StreamedJson json, Basis basis, IEnumerable<DealsQuestion.Line> lines,
        IAsyncEnumerable<(ReportEffect Named, RecordedReport Report)> reports)
    {
        var writer = json.Writer;
        writer.WriteString("recipient", Recipient);
        writer.WriteString("supplier", Supplier);
        writer.WriteString("deal", Deal);
        JsonShapes.WriteBasis(writer, basis);
        writer.WriteStartArray("items");
        foreach (var line in lines)
        {
            DealsQuestion.Write(writer, line);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("timeline");
        await foreach (var (effect, report) in reports)
        {
            JsonShapes.WriteEvidence(writer, report, effect);
            await json.FlushAsync();
        }

        writer.WriteEndArray();
    }

    /// <summary>The visible reports that name the deal, and the retractions and delistings of these. What is undivided has no losses and
    /// observations: without a deal they are the holding's, not a supplier's.</summary>
    private List<ReportEffect> TimelineOf(HoldingEvidence holding, string? deal, Clocks clocks)
    {
        var own = holding.Reports.Where(x => x.Supplier == Supplier && x.Deal == deal
            && x.Kind is not (ReportKind.Retraction or ReportKind.Delisting)
            && (deal is not null || x.Kind is not (ReportKind.Loss or ReportKind.Observation))).Select(x => x.EventId).ToHashSet();
        // A delisting may be retracted in its turn.
        foreach (var report in holding.Reports)
        {
            if (report.Target is { } target && own.Contains(target))
            {
                own.Add(report.EventId);
            }
        }

        return [.. holding.Effects(clocks).Where(x => own.Contains(x.EventId))];
    }

    private static ProblemException NoSuchDeal() =>
        new(ProblemKinds.NotFound, "There is no such deal: no report that this question sees names it. /v1/deals lists those that there are.");
}
