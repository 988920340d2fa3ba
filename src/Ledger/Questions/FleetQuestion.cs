using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/fleet: totals by category, one line per holding. Not paged.</summary>
public sealed record FleetQuestion(string Recipient, FleetFilter Filter, ClockParameters Clocks) : IQuestion
{
    private static readonly string[] Columns = ["platform", "name", "category", "class", .. JsonShapes.EstimateColumns];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/countries/{code}/fleet", "fleet",
        [.. ClockParameters.Names, .. FleetFilter.Parameters],
        (query, part) => new FleetQuestion(part("code"), FleetFilter.Of(query), ClockParameters.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, null, cancellation);
        var all = await sources.Evidence.OfRecipientAsync(Recipient, basis.Knowledge, cancellation);
        Unknown.ThrowIfUnknown(Recipient, all);
        var takes = Filter.Takes(basis);
        var narrowed = await sources.Bases.NarrowAsync(basis, LastAffecting.Of(all, takes), cancellation);
        var estimates = all.Where(takes).Select(x => (x.Platform, Estimate: x.Estimate(basis.Clocks)));
        return Answer.Of(narrowed, json => WriteAsync(json.Writer, narrowed, [.. estimates]), Columns, estimates.ToAsyncEnumerable(),
            (writer, x) => WriteHolding(writer, x.Platform, x.Estimate));
    }

    private Task WriteAsync(Utf8JsonWriter writer, Basis basis, List<(Platform Platform, HoldingEstimate Estimate)> estimates)
    {
        var totals = FleetTotals.Of(estimates, basis.Method);
        writer.WriteString("recipient", Recipient);
        writer.WriteString("name", Country.NameOf(Recipient));
        JsonShapes.WriteBasis(writer, basis);
        writer.WriteStartObject("headline");
        JsonShapes.WriteTotal(writer, totals.Headline);
        writer.WriteEndObject();
        writer.WriteStartArray("totals");
        foreach (var (key, total) in totals.ByCategory)
        {
            writer.WriteStartObject();
            writer.WriteString("category", WordNames.Of(key.Category));
            writer.WriteString("class", WordNames.Of(key.Class));
            writer.WriteBoolean("civil", key.Civil);
            JsonShapes.WriteTotal(writer, total);
            writer.WriteNumber("holdings", total.Holdings);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("holdings");
        foreach (var (platform, estimate) in estimates)
        {
            WriteHolding(writer, platform, estimate);
        }

        writer.WriteEndArray();
        return Task.CompletedTask;
    }

    internal static void WriteHolding(Utf8JsonWriter writer, Platform platform, HoldingEstimate estimate)
    {
        writer.WriteStartObject();
        PlatformJson.WriteName(writer, platform);
        JsonShapes.WriteEstimate(writer, estimate);
        writer.WriteEndObject();
    }
}

/// <summary>Selects holdings of a fleet. It does not change estimates: a filter by supplier selects holdings, not reports.</summary>
public sealed record FleetFilter(
    string? Platform = null, IReadOnlySet<Category>? Categories = null, string? Class = null, string? Use = null, string? Supplier = null)
{
    /// <summary>The query parameters of the filter.</summary>
    public static readonly IReadOnlyList<string> Parameters = ["platform", CategoryList.Name, "class", "use", "supplier"];

    /// <summary>Reads the filter of a request.</summary>
    public static FleetFilter Of(QueryParameters query) => new(
        query.Platform(), CategoryList.Of(query), query.Word("class", WordNames.Classes),
        query.Word("use", WordNames.Uses), query.Code("supplier"));

    internal Func<HoldingEvidence, bool> Takes(Basis basis)
    {
        var (slug, clocks) = (Platform is null ? null : basis.Catalogue.Resolve(Platform), basis.Clocks);
        return holding => (slug is null || holding.Platform.Slug == slug)
            && (Categories is null || Categories.Contains(holding.Platform.Category))
            && (Class is null || holding.Platform.Definition.Class == Class)
            && (Use is null || holding.Platform.Definition.Use == Use)
            && (Supplier is null || holding.IsSuppliedBy(Supplier, clocks))
            && holding.IsReported(clocks);
    }
}
