using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/changes: each holding that differs between two states of knowledge, before and after, and the
/// reports that caused it. <c>from</c> and <c>to</c> are values of one clock, <c>knownAt</c> (axis <c>recorded</c>) or <c>reportedBy</c>
/// (axis <c>reported</c>); the other clocks are the same on both sides.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="ReportedFrom">The earlier day of the axis <c>reported</c>.</param>
/// <param name="RecordedFrom">The earlier clocks of the axis <c>recorded</c>. Both null: from the beginning of the ledger.</param>
/// <param name="Clocks">The clocks of the later side.</param>
/// <param name="Page">The page.</param>
public sealed record ChangesQuestion(
    string Recipient, DateOnly? ReportedFrom, ClockParameters? RecordedFrom, ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Sides = ["low", "best", "high", "category", "class"];

    private static readonly string[] Columns =
        ["platform", "name", .. Sides.Select(x => $"before.{x}"), .. Sides.Select(x => $"after.{x}"), "catalogue", "reports"];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/countries/{code}/changes", "changes",
        [.. ClockParameters.Names, .. PageRequest.Parameters, "from", "to", "axis"], (query, part) => Read(query, part("code")));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        // The earlier side first, so that a later side without a knownAt is not before it.
        var recordedFrom = RecordedFrom is null ? null : await sources.Bases.ResolveAsync(RecordedFrom, null, cancellation);
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var later = basis with { Immutable = basis.Immutable && recordedFrom?.Immutable != false };
        var earlier = recordedFrom is not null
            ? later with { Position = recordedFrom.Position, KnownAt = recordedFrom.KnownAt, Catalogue = recordedFrom.Catalogue }
            : ReportedFrom is not null ? later with { ReportedBy = ReportedFrom }
            : later with { Position = 0, KnownAt = null, Catalogue = CatalogueAt.Fold([]) };
        if (earlier.Position > later.Position || earlier.ReportedBy > (later.ReportedBy ?? DateOnly.MaxValue))
        {
            throw QueryParameters.Bad("from", "Lies after to.");
        }

        var (before, after) = await sources.Evidence.OfRecipientAsync(Recipient, earlier.Knowledge, later.Knowledge, cancellation);
        Unknown.ThrowIfUnknown(Recipient, after);
        var narrowed = await sources.Bases.NarrowAsync(later, LastAffecting.Of(after, least: recordedFrom?.Position ?? 0), cancellation);
        // On the axis reported both sides have the position that the answer names.
        var named = ReportedFrom is null ? earlier : narrowed with { ReportedBy = ReportedFrom };
        return Answer.List(narrowed, Columns, Write, () =>
        {
            var changes = Changes
                .Between(new(before, earlier.Clocks, earlier.Catalogue.Find), new(after, later.Clocks, later.Catalogue.Find))
                .FindAll(x => Page.After is null || string.CompareOrdinal(x.Platform.Slug, Page.After) > 0);
            return Task.FromResult((changes.Take(Page.Limit), Page.NextKey(changes, x => x.Platform.Slug)));
        }, writer => JsonShapes.WriteBasis(writer, named, "from"));
    }

    private static ChangesQuestion Read(QueryParameters query, string code)
    {
        var isReported = query.Word("axis", ["recorded", "reported"]) == "reported";
        var names = isReported ? new ClockNames(ReportedBy: ClockNames.EndOf(query, "reportedBy"))
            : new ClockNames(KnownAt: ClockNames.EndOf(query, "knownAt"));
        return new ChangesQuestion(code, isReported ? query.Day("from") : null,
            isReported || query.Text("from") is null ? null : ClockParameters.Of(query, new ClockNames(KnownAt: "from")),
            ClockParameters.Of(query, names), PageRequest.Of(query));
    }

    private static void Write(Utf8JsonWriter writer, Change change)
    {
        writer.WriteStartObject();
        writer.WriteString("platform", change.Platform.Slug);
        writer.WriteString("name", change.Platform.Definition.Name);
        Write(writer, "before", change.Before);
        Write(writer, "after", change.After);
        writer.WriteBoolean("catalogue", change.Catalogue);
        writer.WriteStartArray("reports");
        foreach (var report in change.Reports)
        {
            writer.WriteStringValue(report);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, Side side)
    {
        writer.WriteStartObject(name);
        JsonShapes.WriteBounds(writer, side.Low, side.Best, side.High);
        writer.WriteString("category", WordNames.Of(side.Category));
        writer.WriteString("class", WordNames.Of(side.Class));
        writer.WriteEndObject();
    }
}
