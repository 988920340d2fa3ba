using Ledger.Access;
using Ledger.Hosting;
using Ledger.Reports;
using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Fleets;

/// <summary>GET /v1/deals/{recipient}/{supplier}/{deal}: one deal in every platform that it covers, and its timeline: each report of it
/// in the order in which things happened, and what it does to the estimate.</summary>
public static class GetDeal
{
    private static readonly string[] Parameters = [.. Basis.Parameters];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/deals/{recipient}/{supplier}/{deal}", AnswerAsync).WithMetadata(new Needs(Scopes.Read)).WithName("deal");

    private static async Task AnswerAsync(
        HttpContext http, string recipient, string supplier, string deal, Clocks clocks, EvidenceReader evidence, NpgsqlDataSource database)
    {
        Query.Only(http, Parameters);
        if (!Country.IsCode(recipient) || !Country.IsCode(supplier) || !(deal == GetHolding.Undivided || Slug.IsLabel(deal)))
        {
            throw NoSuchDeal();
        }

        var basis = await clocks.ResolveAsync(http);
        var name = deal == GetHolding.Undivided ? null : deal;
        var holdings = await evidence.OfDealAsync(recipient, supplier, name, basis, http.RequestAborted);
        var timelines = holdings.Select(x => (Holding: x, Timeline: TimelineOf(x, supplier, name, basis))).Where(x => x.Timeline.Count > 0).ToList();
        if (timelines.Count == 0)
        {
            throw NoSuchDeal();
        }

        var last = timelines.Max(x => x.Holding.LastEvent);
        await using var answer = Answering.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        if (answer.NotModified)
        {
            return;
        }

        var timeline = timelines.SelectMany(x => x.Timeline).OrderBy(x => x.When.Middle).ThenBy(x => x.Position).ToList();
        var reports = StoredReports.AtAsync(database, timeline, x => x.Position, http.RequestAborted);
        if (answer.Csv)
        {
            await answer.CsvAsync(Shapes.EvidenceColumns, reports, (csv, x) => Shapes.WriteEvidence(csv, x.Report, x.Named));
            return;
        }

        var writer = answer.Writer;
        writer.WriteStartObject();
        writer.WriteString("recipient", recipient);
        writer.WriteString("supplier", supplier);
        writer.WriteString("deal", deal);
        answer.Basis.Write(writer);
        writer.WriteStartArray("items");
        foreach (var line in timelines.SelectMany(x => GetDeals.LinesOf(x.Holding, basis)).Where(x => x.Deal.Supplier == supplier && x.Deal.Deal == name))
        {
            GetDeals.Write(writer, line);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("timeline");
        await foreach (var (standing, report) in reports)
        {
            Shapes.WriteEvidence(writer, report, standing);
            await answer.FlushAsync();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await answer.CompleteAsync();
    }

    /// <summary>The visible reports that name the deal, and the retractions and delistings of these. What is undivided has no losses and
    /// observations: without a deal they are the holding's, not a supplier's.</summary>
    private static List<Standing> TimelineOf(HoldingEvidence holding, string supplier, string? deal, Basis basis)
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

        return [.. Estimator.Standings(holding.Reports, basis.AsOf, basis.Position, basis.ReportedBy).Where(x => own.Contains(x.EventId))];
    }

    private static ProblemException NoSuchDeal() =>
        new(Problems.NotFound, "There is no such deal: no report that this question sees names it. /v1/deals lists those that there are.");
}
