using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/flows: what went from whom to whom in some years, ordered by recipient, supplier, category and kind. A page reads its
/// recipients' reports, and those of the holdings that were passed on to them.</summary>
public static class FlowsQuestion
{
    private static readonly string[] Parameters =
        [.. Basis.Parameters, .. PageRequest.Parameters, "from", "to", "recipient", "supplier", "category"];

    private static readonly string[] Columns = ["supplier", "recipient", "category", "kind", "best"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/flows", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("flows");

    private static async Task AnswerAsync(HttpContext http, BasisResolver clocks, EvidenceReader evidence)
    {
        QueryParameters.Only(http, Parameters);
        var years = new Years((int?)QueryParameters.Number(http, "from", 1, 9999), (int?)QueryParameters.Number(http, "to", 1, 9999));
        if (years.From > years.To)
        {
            throw QueryParameters.Bad("to", "The last year lies before the first.");
        }

        var (recipient, supplier) = (QueryParameters.Code(http, "recipient"), QueryParameters.Code(http, "supplier"));
        var category = WordNames.Parse<Category>(QueryParameters.Word(http, "category", WordNames.Categories));
        var page = await PageRequest.BeginAsync(http, clocks);
        var basis = page.Basis;
        var last = await LastAsync(recipient, evidence, basis, http.RequestAborted);
        var recipients = recipient is not null ? [recipient] : await RecipientsAsync(evidence, basis, http.RequestAborted);
        var flows = await ByRecipient.PageAsync(page, recipients, async some =>
        {
            var holdings = await evidence.OfRecipientsAsync(some, basis, http.RequestAborted);
            var passedOn = await evidence.PassedOnToAsync(some, basis, http.RequestAborted);
            // What was passed on to others than these belongs to other pages.
            return Flows.Deliveries(holdings, years, basis).Concat(Flows.Onward(passedOn, years, basis).Where(x => some.Contains(x.Recipient)))
                .Where(x => (supplier is null || x.Supplier == supplier) && (category is null || x.Category == category));
        }, x => x.Key);
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        var next = page.Next(http, answer.Basis, flows, x => x.Key);
        if (!answer.NotModified)
        {
            await PageRequest.WriteAsync(answer, flows.Take(page.Limit), Columns, Write, next);
        }
    }

    private static async Task<IReadOnlyList<string>> RecipientsAsync(EvidenceReader evidence, Basis basis, CancellationToken cancellation)
    {
        var recipients = await evidence.RecipientsAsync("", int.MaxValue, basis.Position, cancellation);
        return [.. recipients.Union(await evidence.ReceiversAsync(basis.Position, cancellation)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Position of the last event that affects the flows to a recipient: of its own holdings, or of those passed on to it.</summary>
    private static async Task<long> LastAsync(string? recipient, EvidenceReader evidence, Basis basis, CancellationToken cancellation)
    {
        var last = await evidence.LastAffectingAsync(recipient, platform: null, basis, cancellation);
        return recipient is null ? last
            : (await evidence.PassedOnToAsync([recipient], basis, cancellation)).Select(x => x.LastEvent).Append(last).Max();
    }

    internal static void Write(Utf8JsonWriter writer, Flow flow)
    {
        writer.WriteStartObject();
        writer.WriteString("supplier", flow.Supplier);
        writer.WriteString("recipient", flow.Recipient);
        writer.WriteString("category", WordNames.Of(flow.Category));
        writer.WriteString("kind", WordNames.Of(flow.Kind));
        writer.WriteNumber("best", flow.Best);
        writer.WriteEndObject();
    }
}
