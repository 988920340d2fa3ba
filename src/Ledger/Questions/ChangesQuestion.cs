using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/changes: each holding that differs between two states of knowledge, before and after, and the
/// reports that did it. <c>to</c> takes the place of the clock that runs, <c>knownAt</c> or <c>reportedBy</c>; the other clocks are
/// the same on both sides.</summary>
public static class ChangesQuestion
{
    private static readonly string[] Parameters = [.. Basis.Parameters, .. PageRequest.Parameters, "from", "to", "axis"];

    private static readonly string[] Sides = ["low", "best", "high", "category", "class"];

    private static readonly string[] Columns =
        ["platform", "name", .. Sides.Select(x => $"before.{x}"), .. Sides.Select(x => $"after.{x}"), "catalogue", "reports"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/countries/{code}/changes", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("changes");

    private static async Task AnswerAsync(HttpContext http, string code, BasisResolver clocks, EvidenceReader evidence)
    {
        QueryParameters.Only(http, Parameters);
        var isReported = QueryParameters.Word(http, "axis", ["recorded", "reported"]) == "reported";
        var names = isReported ? new ClockNames(ReportedBy: ClockNames.EndOf(http, "reportedBy")) : new ClockNames(KnownAt: ClockNames.EndOf(http, "knownAt"));
        var reportedFrom = isReported ? QueryParameters.Day(http, "from") : null;
        // The beginning first: an end that was not given is then not before it.
        var recordedFrom = isReported || QueryParameters.Text(http, "from") is null ? null : await clocks.ResolveAsync(http, null, new ClockNames(KnownAt: "from"));
        var page = await PageRequest.BeginAsync(http, clocks, names);
        var later = page.Basis with { Immutable = page.Basis.Immutable && recordedFrom?.Immutable != false };
        var earlier = recordedFrom is { } then ? later with { Position = then.Position, KnownAt = then.KnownAt, Catalogue = then.Catalogue }
            : reportedFrom is not null ? later with { ReportedBy = reportedFrom }
            : later with { Position = 0, KnownAt = null, Catalogue = CatalogueAt.Fold([]) };
        if (earlier.Position > later.Position || earlier.ReportedBy > (later.ReportedBy ?? DateOnly.MaxValue))
        {
            throw QueryParameters.Bad("from", "Lies after to.");
        }

        var (before, after) = await evidence.OfRecipientAsync(code, earlier, later, http.RequestAborted);
        if (after.Count == 0 && !Country.IsState(code))
        {
            throw FleetQuestion.NoSuchRecipient(code);
        }

        var last = after.Count == 0 ? 0 : Math.Max(FleetQuestion.FirstOf(after), after.Max(x => x.LastEvent));
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(later, Math.Max(last, recordedFrom?.Position ?? 0), http.RequestAborted));
        var changes = Changes.Between(before, earlier, after, later)
            .FindAll(x => page.After is null || string.CompareOrdinal(x.Platform.Slug, page.After) > 0);
        var next = page.Next(http, answer.Basis, changes, x => x.Platform.Slug);
        if (!answer.NotModified)
        {
            // Two days of reporting rest on one position: the one that the answer names.
            var named = reportedFrom is null ? earlier : answer.Basis with { ReportedBy = reportedFrom };
            await PageRequest.WriteAsync(answer, changes.Take(page.Limit), Columns, Write, next, writer => named.Write(writer, "from"));
        }
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
