using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Facts;
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
        "recipient", "recipientName", "supplier", "supplierName", "deal", "title", "platform", "platformName", "category", "stage",
        "ordered.low", "ordered.best", "ordered.high", "delivered.low", "delivered.best", "delivered.high", "produced.low", "produced.best",
        "produced.high", "outstanding.low", "outstanding.best", "outstanding.high", "onOrder", "due.earliest", "due.middle", "due.latest",
        "conflicted", "newestReported", "overdue.since", "overdue.by", "overdue.orders", "overdue.days",
    ];

    /// <summary>Of these; null: all.</summary>
    public IReadOnlySet<Category>? Categories { get; init; }

    /// <summary>Only deals of which something is on order.</summary>
    public bool Outstanding { get; init; }

    /// <summary>Only deals that are overdue: this alone needs to know how long orders usually take, all over the world.</summary>
    public bool Overdue { get; init; }

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/deals", "deals",
        [
            .. ClockParameters.Names, .. PageRequest.Parameters, "recipient", "supplier", "platform", CategoryList.Name, "status",
            "outstanding", "overdue",
        ],
        (query, _) => new DealsQuestion(query.Code("recipient"), query.Code("supplier"), query.Platform(),
            WordNames.Parse<DealStage>(query.Word("status", WordNames.DealStages)), ClockParameters.Of(query), PageRequest.Of(query))
        {
            Categories = CategoryList.Of(query),
            Outstanding = query.Flag("outstanding") ?? false,
            Overdue = query.Flag("overdue") ?? false,
        });

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var platform = Platform is null ? null : basis.Catalogue.Find(Platform);
        var filter = HoldingFilter.Of(basis.Catalogue, platform, Categories, Supplier);
        var usualOf = platform is null ? Categories : new HashSet<Category> { platform.Category };
        var narrowed = await sources.Bases.NarrowAsync(basis, async () => Math.Max(
            Recipient is not null || platform is not null
                ? await evidence.LastAffectingAsync(Recipient, platform, basis.Knowledge, cancellation)
                : await evidence.LastOfWorldAsync(filter, basis.Knowledge, cancellation),
            Overdue ? await UsualTimesOfWorld.LastAsync(usualOf, basis, evidence, cancellation) : 0), cancellation);
        return Answer.List(narrowed, Columns, Write, async () =>
        {
            var usual = Overdue ? await UsualTimesOfWorld.ReadAsync(usualOf, basis, evidence, cancellation) : null;
            var chosen = await evidence.ChooseAsync(Recipient, filter, basis.Knowledge, cancellation);
            return await ByRecipient.PageAsync(Page, chosen.Recipients, async some =>
                (await evidence.OfChosenAsync(some, chosen, filter, basis.Knowledge, cancellation))
                    .Where(x => Categories?.Contains(x.Platform.Category) != false)
                    .SelectMany(x => LinesOf(x, basis.Clocks)).Select(x => usual is null ? x : x.With(usual, basis.AsOf))
                    .Where(Takes), x => x.Key);
        });
    }

    private bool Takes(Line line) => (Supplier is null || line.Deal.Supplier == Supplier) && (Status is null || line.Deal.Stage == Status)
        && (!Outstanding || line.Deal.OnOrder > 0) && (!Overdue || line.Overdue is not null);

    /// <summary>The deals of one holding of which a report is in effect.</summary>
    internal static IEnumerable<Line> LinesOf(HoldingEvidence holding, Clocks clocks) =>
        holding.Deals(clocks).Where(x => x.Begun).Select(x => new Line(holding.Recipient, holding.Platform, x));

    internal static void Write(Utf8JsonWriter writer, Line line)
    {
        var deal = line.Deal;
        writer.WriteStartObject();
        JsonShapes.WriteCountry(writer, "recipient", line.Recipient);
        JsonShapes.WriteCountry(writer, "supplier", deal.Supplier);
        writer.WriteString("deal", deal.Deal ?? DealQuestion.Undivided);
        writer.WriteString("title", DealTitle.Of(line.Platform, deal));
        writer.WriteString("platform", line.Platform.Slug);
        writer.WriteString("platformName", line.Platform.Definition.Name);
        writer.WriteString("category", WordNames.Of(line.Platform.Category));
        writer.WriteString("stage", WordNames.Of(deal.Stage));
        WriteCounts(writer, deal);
        writer.WriteBoolean("conflicted", deal.Conflicted);
        writer.WriteString("newestReported", Rfc3339.Text(deal.NewestReported));
        if (line.TellsOverdue)
        {
            WriteOverdue(writer, line.Overdue);
        }

        writer.WriteEndObject();
    }

    /// <summary>What was ordered of a deal, what came, and what is to come.</summary>
    internal static void WriteCounts(Utf8JsonWriter writer, DealEstimate deal)
    {
        JsonShapes.WriteInterval(writer, "ordered", deal.Ordered);
        JsonShapes.WriteInterval(writer, "delivered", deal.Delivered);
        JsonShapes.WriteInterval(writer, "produced", deal.Produced);
        JsonShapes.WriteInterval(writer, "outstanding", deal.Outstanding);
        writer.WriteNumber("onOrder", deal.OnOrder);
        if (deal.Due is { } due)
        {
            JsonShapes.WriteWindow(writer, "due", due);
        }
        else
        {
            writer.WriteNull("due");
        }
    }

    private static void WriteOverdue(Utf8JsonWriter writer, Overdue? overdue)
    {
        if (overdue is null)
        {
            writer.WriteNull("overdue");
            return;
        }

        writer.WriteStartObject("overdue");
        writer.WriteString("since", Rfc3339.Text(overdue.Since));
        writer.WriteString("by", overdue.Usual is null ? "due" : "usual");
        if (overdue.Usual is { } usual)
        {
            writer.WriteNumber("orders", usual.Orders);
            writer.WriteNumber("days", usual.Days);
        }
        else
        {
            writer.WriteNull("orders");
            writer.WriteNull("days");
        }

        writer.WriteEndObject();
    }

    /// <summary>One deal in one platform.</summary>
    internal sealed record Line(string Recipient, Platform Platform, DealEstimate Deal)
    {
        /// <summary>Whether it is known if the deal is overdue.</summary>
        public bool TellsOverdue { get; private init; }

        /// <summary>Since when it is overdue; null: it is not, or it is not known.</summary>
        public Overdue? Overdue { get; private init; }

        // The tilde sorts after all characters of a slug: undivided reports come last.
        public string Key => ByRecipient.Key(Recipient, Deal.Supplier, Deal.Deal ?? DealQuestion.Undivided, Platform.Slug);

        /// <summary>The same, with whether it is overdue.</summary>
        public Line With(UsualTimes usual, DateOnly asOf) => this with
        {
            TellsOverdue = true,
            Overdue = Estimation.Overdue.Of(Deal, asOf, usual.Of(Platform.Category)),
        };
    }
}
