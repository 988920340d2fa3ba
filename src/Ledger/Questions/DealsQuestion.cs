using System.Text.Json;
using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>GET /v1/deals: the deals and their stages. One item for each recipient, supplier, deal and platform of which a report is in
/// effect, ordered by these; of each supplier the undivided reports last.</summary>
/// <param name="Recipient">Code; null: all.</param>
/// <param name="Supplier">Code; null: all.</param>
/// <param name="Platform">Slug; null: all.</param>
/// <param name="Status">Stage; null: all.</param>
/// <param name="Clocks">The clocks.</param>
/// <param name="Page">The page.</param>
public sealed record DealsQuestion(
    string? Recipient, string? Supplier, string? Platform, DealStage? Status, ClockParameters Clocks, PageRequest Page)
    : IQuestion
{
    private static readonly string[] Columns =
    [
        "recipient", "supplier", "deal", "platform", "stage", "ordered.low", "ordered.best", "ordered.high", "delivered.low",
        "delivered.best", "delivered.high", "produced.low", "produced.best", "produced.high", "onOrder", "conflicted", "newestReported",
    ];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/deals", "deals",
        [.. ClockParameters.Names, .. PageRequest.Parameters, "recipient", "supplier", "platform", "status"],
        (query, _) => new DealsQuestion(query.Code("recipient"), query.Code("supplier"), query.Platform(),
            WordNames.Parse<DealStage>(query.Word("status", WordNames.DealStages)), ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var (bases, evidence) = (sources.Bases, sources.Evidence);
        var basis = await bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var platform = Platform is null ? null : basis.Catalogue.Find(Platform);
        var narrowed = await bases.NarrowAsync(
            basis, () => evidence.LastAffectingAsync(Recipient, platform, basis.Knowledge, cancellation), cancellation);
        return Answer.List(narrowed, Columns, Write, async () => await ByRecipient.PageAsync(
            Page, Recipient is not null ? [Recipient] : await evidence.RecipientsAsync(basis.Position, cancellation), async some =>
            (await evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation, platform)).SelectMany(x => LinesOf(x, basis.Clocks))
                .Where(x => (Supplier is null || x.Deal.Supplier == Supplier) && (Status is null || x.Deal.Stage == Status)), x => x.Key));
    }

    /// <summary>The deals of one holding of which a report is in effect.</summary>
    internal static IEnumerable<Line> LinesOf(HoldingEvidence holding, Clocks clocks) =>
        holding.Estimate(clocks).Deals.Where(x => x.Begun).Select(x => new Line(holding.Recipient, holding.Platform.Slug, x));

    internal static void Write(Utf8JsonWriter writer, Line line)
    {
        writer.WriteStartObject();
        writer.WriteString("recipient", line.Recipient);
        writer.WriteString("supplier", line.Deal.Supplier);
        writer.WriteString("deal", line.Deal.Deal ?? DealQuestion.Undivided);
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

    /// <summary>One deal in one platform.</summary>
    internal sealed record Line(string Recipient, string Platform, DealEstimate Deal)
    {
        // The tilde sorts after all characters of a slug: undivided reports come last.
        public string Key => ByRecipient.Key(Recipient, Deal.Supplier, Deal.Deal ?? DealQuestion.Undivided, Platform);
    }
}
