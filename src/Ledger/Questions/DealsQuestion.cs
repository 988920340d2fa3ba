using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/deals: who ordered what from whom, and how far it has come. One item for each recipient, supplier, deal and platform
/// of which anything has happened, ordered by these, what is undivided of a supplier last.</summary>
public static class DealsQuestion
{
    private static readonly string[] Parameters = [.. Basis.Parameters, .. PageRequest.Parameters, "recipient", "supplier", "platform", "status"];

    private static readonly string[] Columns =
    [
        "recipient", "supplier", "deal", "platform", "stage", "ordered.low", "ordered.best", "ordered.high", "delivered.low", "delivered.best",
        "delivered.high", "produced.low", "produced.best", "produced.high", "onOrder", "conflicted", "newestReported",
    ];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/deals", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("deals");

    /// <summary>The deals of one holding of which something has happened by the basis's day.</summary>
    internal static IEnumerable<Line> LinesOf(HoldingEvidence holding, Basis basis) =>
        holding.Estimate(basis).Deals.Where(x => x.Begun).Select(x => new Line(holding.Recipient, holding.Platform.Slug, x));

    internal static void Write(Utf8JsonWriter writer, Line line)
    {
        writer.WriteStartObject();
        writer.WriteString("recipient", line.Recipient);
        writer.WriteString("supplier", line.Deal.Supplier);
        writer.WriteString("deal", line.Deal.Deal ?? HoldingQuestion.Undivided);
        writer.WriteString("platform", line.Platform);
        writer.WriteString("stage", WordNames.Of(line.Deal.Stage));
        JsonShapes.WriteInterval(writer, "ordered", line.Deal.Ordered);
        JsonShapes.WriteInterval(writer, "delivered", line.Deal.Delivered);
        JsonShapes.WriteInterval(writer, "produced", line.Deal.Produced);
        writer.WriteNumber("onOrder", line.Deal.OnOrder);
        writer.WriteBoolean("conflicted", line.Deal.Conflicted);
        writer.WriteString("newestReported", Rfc3339.Text(line.Deal.NewestReported));
        writer.WriteEndObject();
    }

    private static async Task AnswerAsync(HttpContext http, BasisResolver clocks, EvidenceReader evidence)
    {
        QueryParameters.Only(http, Parameters);
        var (recipient, supplier) = (QueryParameters.Code(http, "recipient"), QueryParameters.Code(http, "supplier"));
        var (slug, status) = (QueryParameters.Platform(http), WordNames.Parse<DealStage>(QueryParameters.Word(http, "status", WordNames.DealStages)));
        var page = await PageRequest.BeginAsync(http, clocks);
        var basis = page.Basis;
        var platform = slug is null ? null : basis.Catalogue.Find(slug);
        var last = await evidence.LastAffectingAsync(recipient, platform, basis, http.RequestAborted);
        var recipients = recipient is not null ? [recipient] : await evidence.RecipientsAsync("", int.MaxValue, basis.Position, http.RequestAborted);
        var lines = await ByRecipient.PageAsync(page, recipients, async some =>
            (await evidence.OfRecipientsAsync(some, basis, http.RequestAborted, platform)).SelectMany(x => LinesOf(x, basis))
                .Where(x => (supplier is null || x.Deal.Supplier == supplier) && (status is null || x.Deal.Stage == status)), x => x.Key);
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        var next = page.Next(http, answer.Basis, lines, x => x.Key);
        if (!answer.NotModified)
        {
            await PageRequest.WriteAsync(answer, lines.Take(page.Limit), Columns, Write, next);
        }
    }

    /// <summary>One deal in one platform.</summary>
    internal sealed record Line(string Recipient, string Platform, DealEstimate Deal)
    {
        // A deal's slug has no tilde, and nothing that sorts after it: what is undivided comes last.
        public string Key => ByRecipient.Key(Recipient, Deal.Supplier, Deal.Deal ?? HoldingQuestion.Undivided, Platform);
    }
}
