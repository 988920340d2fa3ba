using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/flows: the flows of a range of years, ordered by recipient, supplier, category and kind, or the largest of them. Of the
/// read model only the holdings are read that may have such a flow, those of a page's recipients, and those of which units were passed on
/// to them.</summary>
/// <param name="Years">The range.</param>
/// <param name="Recipient">Code; null: all.</param>
/// <param name="Supplier">Code; null: all.</param>
/// <param name="Categories">Of these; null: all.</param>
/// <param name="Clocks">The clocks.</param>
/// <param name="Page">The page; not used with <see cref="Top"/>.</param>
public sealed record FlowsQuestion(
    Years Years, string? Recipient, string? Supplier, IReadOnlySet<Category>? Categories, ClockParameters Clocks, PageRequest Page)
    : IQuestion
{
    private static readonly string[] Columns =
        ["supplier", "supplierName", "recipient", "recipientName", "category", "kind", "low", "best", "high"];

    /// <summary>Of platforms made for these uses; null: all.</summary>
    public IReadOnlyList<string>? Uses { get; init; }

    /// <summary>Only so many flows, the largest by best first; null: all, in pages.</summary>
    public int? Top { get; init; }

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/flows", "flows",
        [.. ClockParameters.Names, .. PageRequest.Parameters, "from", "to", "recipient", "supplier", CategoryList.Name, "use", "top"],
        (query, _) => new FlowsQuestion(YearsOf(query), query.Code("recipient"), query.Code("supplier"),
            CategoryList.Of(query), ClockParameters.Of(query), PageRequest.Of(query))
        { Uses = query.Words("use", WordNames.Uses), Top = TopOf(query) });

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var (clocks, knowledge) = (basis.Clocks, basis.Knowledge);
        var filter = HoldingFilter.Of(basis.Catalogue, platform: null, Categories, Supplier, Uses);
        var narrowed = await sources.Bases.NarrowAsync(basis, () => LastAsync(evidence, filter, knowledge, cancellation), cancellation);
        return Answer.List(narrowed, Columns, Write, async () =>
        {
            var chosen = await evidence.ChooseAsync(Recipient, filter, knowledge, cancellation);
            var recipients = Recipient is not null ? [Recipient]
                : await WithReceiversAsync(chosen.Recipients, evidence, basis.Position, cancellation);
            return Top is { } most
                ? (await ByRecipient.FirstAsync(most, recipients, FlowsAsync, LargestFirst), null)
                : await ByRecipient.PageAsync(Page, recipients, FlowsAsync, KeyOf);

            async Task<IEnumerable<Flow>> FlowsAsync(string[] some)
            {
                var holdings = await evidence.OfChosenAsync(some, chosen, filter, knowledge, cancellation);
                var passedOn = await evidence.PassedOnToAsync(some, knowledge, cancellation, filter);
                // Units passed on to other receivers belong to other pages.
                return Flows.Deliveries(holdings, Years, clocks)
                    .Concat(Flows.Onward(passedOn, Years, clocks).Where(x => some.Contains(x.Recipient)))
                    .Where(x => (Supplier is null || x.Supplier == Supplier) && Categories?.Contains(x.Category) != false);
            }
        });
    }

    internal static string KeyOf(Flow flow) =>
        ByRecipient.Key(flow.Recipient, flow.Supplier, WordNames.Of(flow.Category), WordNames.Of(flow.Kind));

    internal static void Write(Utf8JsonWriter writer, Flow flow)
    {
        writer.WriteStartObject();
        JsonShapes.WriteCountry(writer, "supplier", flow.Supplier);
        JsonShapes.WriteCountry(writer, "recipient", flow.Recipient);
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

    private static int? TopOf(QueryParameters query)
    {
        var top = (int?)query.Number("top", 1, Limits.PageMost);
        var page = top is null ? null : PageRequest.Parameters.FirstOrDefault(x => query.Text(x) is not null);
        return page is null ? top : throw QueryParameters.Bad(page, "The largest flows (top) are one answer, without pages.");
    }

    private static int LargestFirst(Flow one, Flow other) => other.Units.Best.CompareTo(one.Units.Best) is not 0 and var bySize
        ? bySize
        : string.CompareOrdinal(KeyOf(one), KeyOf(other));

    private static async Task<IReadOnlyList<string>> WithReceiversAsync(
        IReadOnlyList<string> recipients, EvidenceReader evidence, long position, CancellationToken cancellation) =>
        [.. recipients.Union(await evidence.ReceiversAsync(position, cancellation)).Order(StringComparer.Ordinal)];

    /// <summary>The position of the last event that affects the flows: of the holdings that may have such a flow; of a recipient, of all
    /// its holdings, and of those of which units were passed on to it.</summary>
    private async Task<long> LastAsync(EvidenceReader evidence, HoldingFilter filter, Knowledge knowledge, CancellationToken cancellation)
    {
        if (Recipient is null)
        {
            return await evidence.LastOfWorldAsync(filter, knowledge, cancellation);
        }

        var last = await evidence.LastAffectingAsync(Recipient, platform: null, knowledge, cancellation);
        return LastAffecting.Of(await evidence.PassedOnToAsync([Recipient], knowledge, cancellation), least: last);
    }
}
