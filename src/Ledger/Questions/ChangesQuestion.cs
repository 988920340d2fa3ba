using System.Text.Json;
using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/changes: each holding that differs between two states of knowledge, before and after, and the
/// reports that caused it, with what each did.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Comparison">The two states.</param>
/// <param name="Page">The page.</param>
public sealed record ChangesQuestion(string Recipient, Comparison Comparison, PageRequest Page) : IQuestion
{
    private static readonly string[] Sides =
        ["low", "best", "high", "category", "class", "closedHigh", "delisted.low", "delisted.best", "delisted.high", "words"];

    private static readonly string[] Columns =
        ["platform", "name", .. Sides.Select(x => $"before.{x}"), .. Sides.Select(x => $"after.{x}"), "catalogue", "reports"];

    /// <summary>Only holdings of which something is of one of these on either side; null: all.</summary>
    public IReadOnlySet<Category>? Categories { get; init; }

    /// <summary>Whether the largest changes come first.</summary>
    public bool ByDelta { get; init; }

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/countries/{code}/changes", "changes",
        [.. ClockParameters.Names, .. PageRequest.Parameters, .. Comparison.Parameters],
        (query, part) => new ChangesQuestion(part("code"), Comparison.Of(query), PageRequest.Of(query))
        {
            Categories = CategoryList.Of(query),
            ByDelta = Comparison.IsByDelta(query),
        });

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var bases = await Comparison.ResolveAsync(sources.Bases, Page.Pin, cancellation);
        var (before, after) = await sources.Evidence.OfRecipientsAsync(
            [Recipient], bases.Earlier.Knowledge, bases.Later.Knowledge, cancellation);
        Unknown.ThrowIfUnknown(Recipient, after);
        var narrowed = await sources.Bases.NarrowAsync(bases.Later, LastAffecting.Of(after, least: bases.Least), cancellation);
        return Answer.List(narrowed, Columns, Write, () =>
        {
            var changes = Changes.Between(bases.Before(before), bases.After(after)).FindAll(Takes);
            if (ByDelta)
            {
                changes = [.. changes.Order(Comparer<Change>.Create(LargestFirst))];
            }

            return Task.FromResult(Comparison.Page(Page, changes, KeyOf));
        }, writer =>
        {
            JsonShapes.WriteBasis(writer, Comparison.Named(bases, narrowed), "from");
            JsonShapes.WriteCountry(writer, "recipient", Recipient);
        });
    }

    private static string KeyOf(Change change) => change.Platform.Slug;

    private bool Takes(Change change) => Categories is null || IsOf(Categories, change.Before) || IsOf(Categories, change.After);

    /// <summary>A platform that nobody had defined is none of the category <c>other</c> that had nothing before.</summary>
    private static bool IsOf(IReadOnlySet<Category> categories, Side side) => !side.IsNothing && categories.Contains(side.Category);

    private static int LargestFirst(Change one, Change other) =>
        Comparison.LargestFirst(SizeOf(one), SizeOf(other)) is not 0 and var bySize
            ? bySize
            : string.CompareOrdinal(KeyOf(one), KeyOf(other));

    private static (long, long) SizeOf(Change change) =>
        Comparison.SizeOf(change.Before.Best, change.After.Best, change.Before.High, change.After.High);

    private static void Write(Utf8JsonWriter writer, Change change)
    {
        writer.WriteStartObject();
        writer.WriteString("platform", change.Platform.Slug);
        writer.WriteString("name", change.Platform.Definition.Name);
        Write(writer, "before", change.Before, change.EstimateBefore);
        Write(writer, "after", change.After, change.EstimateAfter);
        writer.WriteBoolean("catalogue", change.Catalogue);
        writer.WriteStartArray("reports");
        foreach (var cause in change.Causes)
        {
            Write(writer, cause);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, Side side, HoldingEstimate? estimate)
    {
        writer.WriteStartObject(name);
        JsonShapes.WriteBounds(writer, side.Low, side.Best, side.High);
        writer.WriteString("category", WordNames.Of(side.Category));
        writer.WriteString("class", WordNames.Of(side.Class));
        writer.WriteNumber("closedHigh", estimate?.ClosedHigh ?? 0);
        JsonShapes.WriteInterval(writer, "delisted", estimate?.Delisted ?? Interval.None);
        writer.WriteString("words", estimate is null ? Words.Of(Total.None) : Words.Of(estimate));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Cause cause)
    {
        var report = cause.Report;
        writer.WriteStartObject();
        writer.WriteString("eventId", report.EventId);
        writer.WriteNumber("position", report.Position);
        writer.WriteString("kind", WordNames.Of(report.Kind));
        writer.WriteString("publisher", report.Publisher);
        writer.WriteString("reported", Rfc3339.Text(cause.Reported));
        if (report.Target is null)
        {
            Write(writer, report.Quantity);
        }
        else
        {
            writer.WriteNull("quantity");
        }

        writer.WriteString("did", WordNames.Of(cause.Did));
        writer.WriteStartArray("targets");
        foreach (var target in cause.Targets)
        {
            writer.WriteStringValue(target);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("countedBefore", cause.CountedBefore);
        writer.WriteBoolean("countsAfter", cause.CountsAfter);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Quantity quantity)
    {
        writer.WriteStartObject("quantity");
        writer.WriteString("qualifier", WordNames.Of(quantity.Qualifier));
        foreach (var (name, number) in (ReadOnlySpan<(string, long?)>)
            [("n", quantity.N), ("low", quantity.Low), ("best", quantity.Best), ("high", quantity.High)])
        {
            if (number is { } given)
            {
                writer.WriteNumber(name, given);
            }
        }

        writer.WriteString("unit", WordNames.Of(quantity.Unit));
        writer.WriteEndObject();
    }
}
