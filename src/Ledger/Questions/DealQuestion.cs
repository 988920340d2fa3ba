using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Reports;
using Ledger.Vocabulary;
using Ledger.Web;
using Npgsql;

namespace Ledger.Questions;

/// <summary>GET /v1/deals/{recipient}/{supplier}/{deal}: one deal in every platform that it covers, and its timeline: each report of it
/// in the order in which things happened, and what it does to the estimate.</summary>
public static class DealQuestion
{
    private static readonly string[] Parameters = [.. Basis.Parameters];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/deals/{recipient}/{supplier}/{deal}", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("deal");

    private static async Task AnswerAsync(
        HttpContext http, string recipient, string supplier, string deal, BasisResolver clocks, EvidenceReader evidence, NpgsqlDataSource database)
    {
        QueryParameters.Only(http, Parameters);
        if (!Country.IsCode(recipient) || !Country.IsCode(supplier) || !(deal == HoldingQuestion.Undivided || Slug.IsLabel(deal)))
        {
            throw NoSuchDeal();
        }

        var basis = await clocks.ResolveAsync(http);
        var name = deal == HoldingQuestion.Undivided ? null : deal;
        var holdings = await evidence.OfDealAsync(recipient, supplier, name, basis, http.RequestAborted);
        var timelines = holdings.Select(x => (Holding: x, Timeline: TimelineOf(x, supplier, name, basis))).Where(x => x.Timeline.Count > 0).ToList();
        if (timelines.Count == 0)
        {
            throw NoSuchDeal();
        }

        var last = timelines.Max(x => x.Holding.LastEvent);
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        if (answer.NotModified)
        {
            return;
        }

        var timeline = timelines.SelectMany(x => x.Timeline).OrderBy(x => x.When.Middle).ThenBy(x => x.Position).ToList();
        var reports = StoredReports.AtAsync(database, timeline, x => x.Position, http.RequestAborted);
        if (answer.Csv)
        {
            await answer.CsvAsync(JsonShapes.EvidenceColumns, reports, (csv, x) => JsonShapes.WriteEvidence(csv, x.Report, x.Named));
            return;
        }

        var writer = answer.Writer;
        writer.WriteStartObject();
        writer.WriteString("recipient", recipient);
        writer.WriteString("supplier", supplier);
        writer.WriteString("deal", deal);
        answer.Basis.Write(writer);
        writer.WriteStartArray("items");
        foreach (var line in timelines.SelectMany(x => DealsQuestion.LinesOf(x.Holding, basis)).Where(x => x.Deal.Supplier == supplier && x.Deal.Deal == name))
        {
            DealsQuestion.Write(writer, line);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("timeline");
        await foreach (var (standing, report) in reports)
        {
            JsonShapes.WriteEvidence(writer, report, standing);
            await answer.FlushAsync();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await answer.CompleteAsync();
    }

    /// <summary>The visible reports that name the deal, and the retractions and delistings of these. What is undivided has no losses and
    /// observations: without a deal they are the holding's, not a supplier's.</summary>
    private static List<ReportEffect> TimelineOf(HoldingEvidence holding, string supplier, string? deal, Basis basis)
    {
        var own = holding.Reports.Where(x => x.Supplier == supplier && x.Deal == deal
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

        return [.. Estimator.EffectsOf(holding.Reports, basis.AsOf, basis.Position, basis.ReportedBy).Where(x => own.Contains(x.EventId))];
    }

    private static ProblemException NoSuchDeal() =>
        new(ProblemKinds.NotFound, "There is no such deal: no report that this question sees names it. /v1/deals lists those that there are.");
}
