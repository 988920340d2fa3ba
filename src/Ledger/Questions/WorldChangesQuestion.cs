using System.Text.Json;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>GET /v1/changes: the recipients whose total differs between two states of knowledge, before and after. Folded once for each
/// recipient that may differ; of one that does, what certainly did not change is estimated once.</summary>
/// <param name="Comparison">The two states.</param>
/// <param name="Page">The page.</param>
public sealed record WorldChangesQuestion(Comparison Comparison, PageRequest Page) : IQuestion
{
    private static readonly string[] Sides =
    [
        "low", "best", "high", "closedHigh", "openHoldings", "conflicted", "onOrder", "announced", "onLoan.low", "onLoan.best",
        "onLoan.high", "delisted.low", "delisted.best", "delisted.high", "words",
    ];

    private static readonly string[] Columns =
        ["recipient", "recipientName", .. Sides.Select(x => $"before.{x}"), .. Sides.Select(x => $"after.{x}")];

    /// <summary>The total of all holdings of these categories; null: the headline.</summary>
    public IReadOnlySet<Category>? Categories { get; init; }

    /// <summary>Whether states that are no more are compared too, as in /v1/countries.</summary>
    public bool Ended { get; init; }

    /// <summary>Whether the largest changes come first.</summary>
    public bool ByDelta { get; init; }

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/changes", "worldChanges",
        [.. ClockParameters.Names, .. PageRequest.Parameters, .. Comparison.Parameters, "ended"],
        (query, _) => new WorldChangesQuestion(Comparison.Of(query), PageRequest.Of(query))
        {
            Categories = CategoryList.Of(query),
            Ended = query.Flag("ended") ?? false,
            ByDelta = Comparison.IsByDelta(query),
        });

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var bases = await Comparison.ResolveAsync(sources.Bases, Page.Pin, cancellation);
        var (earlier, later) = (bases.Earlier.Knowledge, bases.Later.Knowledge);
        var narrowed = await sources.Bases.NarrowAsync(bases.Later, async () => Math.Max(bases.Least,
            await evidence.LastAffectingAsync(recipient: null, platform: null, later, cancellation)), cancellation);
        return Answer.List(narrowed, Columns, Write, async () =>
        {
            // On the axis reported any report may have been said in between.
            IReadOnlyList<string> recipients =
            [
                .. (Comparison.ReportedFrom is null ? await evidence.TouchedAsync(earlier, later, cancellation)
                    : await evidence.RecipientsAsync(later.Position, cancellation))
                    .Where(x => Ended || !Country.HasEnded(x, bases.Later.AsOf)),
            ];
            return ByDelta
                ? Comparison.Page(Page, await ByRecipient.FirstAsync(int.MaxValue, recipients, ReadAsync, LargestFirst), x => x.Recipient)
                : await ByRecipient.PageAsync(Page, recipients, ReadAsync, x => x.Recipient);
        }, writer => JsonShapes.WriteBasis(writer, Comparison.Named(bases, narrowed), "from"));

        async Task<IEnumerable<Line>> ReadAsync(string[] some)
        {
            var (before, after) = await evidence.OfRecipientsAsync(some, earlier, later, cancellation);
            var (beforeOf, afterOf) = (before.ToLookup(x => x.Recipient), after.ToLookup(x => x.Recipient));
            return some.Select(code =>
                    Changes.Totals(bases.Before([.. beforeOf[code]]), bases.After([.. afterOf[code]]), Counts) is var (was, isNow)
                        ? new Line(code, was, isNow) : null)
                .OfType<Line>().Where(x => Shown(x.Before) != Shown(x.After)).ToList();
        }

        bool Counts(Platform platform) => Categories?.Contains(platform.Category) ?? TotalKey.Of(platform, bases.Later.Method).IsHeadline;
    }

    private static (long, long, long, int) Shown(Total total) => (total.Low, total.Best, total.ClosedHigh, total.OpenHoldings);

    private static int LargestFirst(Line one, Line other) => Comparison.LargestFirst(SizeOf(one), SizeOf(other)) is not 0 and var bySize
        ? bySize
        : string.CompareOrdinal(one.Recipient, other.Recipient);

    private static (long, long) SizeOf(Line line) =>
        Comparison.SizeOf(line.Before.Best, line.After.Best, line.Before.High, line.After.High);

    private static void Write(Utf8JsonWriter writer, Line line)
    {
        writer.WriteStartObject();
        JsonShapes.WriteCountry(writer, "recipient", line.Recipient);
        writer.WriteStartObject("before");
        JsonShapes.WriteTotal(writer, line.Before);
        writer.WriteEndObject();
        writer.WriteStartObject("after");
        JsonShapes.WriteTotal(writer, line.After);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private sealed record Line(string Recipient, Total Before, Total After);
}
