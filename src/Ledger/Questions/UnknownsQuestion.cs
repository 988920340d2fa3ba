using System.Text.Json;
using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>GET /v1/unknowns: what is not known, one item for each kind, recipient, platform and, where it is about a deal, supplier and
/// deal, ordered by recipient, kind, platform, supplier and deal. Of one recipient also a sentence on its fleet.</summary>
public sealed record UnknownsQuestion(string? Recipient, UnknownKind? Kind, ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Columns =
    [
        "kind", "recipient", "recipientName", "platform", "platformName", "supplier", "supplierName", "deal", "units.low", "units.best",
        "units.high", "outstanding", "since", "words", "reports",
    ];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/unknowns", "unknowns",
        [.. ClockParameters.Names, .. PageRequest.Parameters, "recipient", "kind"], (query, _) => new UnknownsQuestion(
            query.Code("recipient"), WordNames.Parse<UnknownKind>(query.Word("kind", WordNames.Unknowns)),
            ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var narrowed = await sources.Bases.NarrowAsync(
            basis, () => evidence.LastAffectingAsync(Recipient, platform: null, basis.Knowledge, cancellation), cancellation);
        // Known once the page is read, which is before anything is written.
        string? words = null;
        return Answer.List(narrowed, Columns, Write, async () => await ByRecipient.PageAsync(
            Page, Recipient is not null ? [Recipient] : await evidence.RecipientsAsync(basis.Position, cancellation), async some =>
            {
                var holdings = OfAll(await evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation), basis.Clocks);
                words = Recipient is null ? null : UnknownCounts.Of(holdings).Words;
                return holdings.SelectMany(x => x.Unknowns).Where(x => Kind is null || x.Kind == Kind);
            }, KeyOf), writer =>
            {
                if (words is not null)
                {
                    writer.WriteString("words", words);
                }
            });
    }

    /// <summary>What is not known of each holding that is reported by the clocks.</summary>
    private static List<(HoldingEstimate Estimate, IReadOnlyList<NotKnown> Unknowns)> OfAll(
        IEnumerable<HoldingEvidence> holdings, Clocks clocks) =>
    [
        .. from holding in holdings
           where holding.IsReported(clocks)
           let estimate = holding.Estimate(clocks)
           select (estimate, Unknowns.Of(holding, estimate, clocks)),
    ];

    private static string? DealOf(NotKnown it) => it.IsOfDeal ? it.Deal ?? DealQuestion.Undivided : null;

    private static string KeyOf(NotKnown it) =>
        ByRecipient.Key(it.Recipient, WordNames.Of(it.Kind), it.Platform, it.Supplier ?? "", DealOf(it) ?? "");

    private static void Write(Utf8JsonWriter writer, NotKnown it)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", WordNames.Of(it.Kind));
        JsonShapes.WriteCountry(writer, "recipient", it.Recipient);
        writer.WriteString("platform", it.Platform);
        writer.WriteString("platformName", it.PlatformName);
        JsonShapes.WriteCountry(writer, "supplier", it.Supplier);
        writer.WriteString("deal", DealOf(it));
        JsonShapes.WriteInterval(writer, "units", it.Units);
        if (it.Outstanding is { } outstanding)
        {
            writer.WriteNumber("outstanding", outstanding);
        }
        else
        {
            writer.WriteNull("outstanding");
        }

        JsonShapes.WriteDay(writer, "since", it.Since);
        writer.WriteString("words", it.Words);
        writer.WriteStartArray("reports");
        foreach (var report in it.Reports)
        {
            writer.WriteStringValue(report);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
