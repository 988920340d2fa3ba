using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/flows: the flows of a range of years, ordered by recipient, supplier, category and kind. A page reads the reports of
/// its recipients, and those of the holdings of which units were passed on to them.</summary>
public sealed record FlowsQuestion(
    Years Years, string? Recipient, string? Supplier, Category? Category, ClockParameters Clocks, PageRequest Page)
    : IQuestion
{
    private static readonly string[] Columns = ["supplier", "recipient", "category", "kind", "low", "best", "high"];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/flows", "flows",
        [.. ClockParameters.Names, .. PageRequest.Parameters, "from", "to", "recipient", "supplier", "category"],
        (query, _) => new FlowsQuestion(YearsOf(query), query.Code("recipient"), query.Code("supplier"),
            WordNames.Parse<Category>(query.Word("category", WordNames.Categories)), ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var (clocks, knowledge) = (basis.Clocks, basis.Knowledge);
        var narrowed = await sources.Bases.NarrowAsync(basis, () => LastAsync(evidence, knowledge, cancellation), cancellation);
        return Answer.List(narrowed, Columns, Write, async () => await ByRecipient.PageAsync(
            Page, Recipient is not null ? [Recipient] : await RecipientsAsync(evidence, basis.Position, cancellation), async some =>
        {
            var holdings = await evidence.OfRecipientsAsync(some, knowledge, cancellation);
            var passedOn = await evidence.PassedOnToAsync(some, knowledge, cancellation);
            // Units passed on to other receivers belong to other pages.
            return Flows.Deliveries(holdings, Years, clocks)
                .Concat(Flows.Onward(passedOn, Years, clocks).Where(x => some.Contains(x.Recipient)))
                .Where(x => (Supplier is null || x.Supplier == Supplier) && (Category is null || x.Category == Category));
        }, KeyOf));
    }

    internal static string KeyOf(Flow flow) =>
        ByRecipient.Key(flow.Recipient, flow.Supplier, WordNames.Of(flow.Category), WordNames.Of(flow.Kind));

    internal static void Write(Utf8JsonWriter writer, Flow flow)
    {
        writer.WriteStartObject();
        writer.WriteString("supplier", flow.Supplier);
        writer.WriteString("recipient", flow.Recipient);
        writer.WriteString("category", WordNames.Of(flow.Category));
        writer.WriteString("kind", WordNames.Of(flow.Kind));
        JsonShapes.WriteBounds(writer, flow.Units.Lo, flow.Units.Best, flow.Units.Hi);
        writer.WriteEndObject();
    }

    private static Years YearsOf(QueryParameters query)
    {
        var years = new Years((int?)query.Number("from", 1, 9999), (int?)query.Number("to", 1, 9999));
        return years.From > years.To ? throw QueryParameters.Bad("to", "The last year lies before the first.") : years;
    }

    private static async Task<IReadOnlyList<string>> RecipientsAsync(EvidenceReader evidence, long position, CancellationToken cancellation)
    {
        var recipients = await evidence.RecipientsAsync(position, cancellation);
        return [.. recipients.Union(await evidence.ReceiversAsync(position, cancellation)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The position of the last event that affects the flows: of the recipient's holdings, and of those of which units were passed
    /// on to it.</summary>
    private async Task<long> LastAsync(EvidenceReader evidence, Knowledge knowledge, CancellationToken cancellation)
    {
        var last = await evidence.LastAffectingAsync(Recipient, platform: null, knowledge, cancellation);
        return Recipient is null
            ? last
            : LastAffecting.Of(await evidence.PassedOnToAsync([Recipient], knowledge, cancellation), least: last);
    }
}
