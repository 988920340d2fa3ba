using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;


namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/fleet: totals by category, one line per holding. Not paged.</summary>
public static class FleetQuestion
{
    private static readonly string[] Parameters = [.. Basis.Parameters, "platform", "category", "class", "use", "supplier"];

    private static readonly string[] EstimateColumns =
    [
        "estimate.low", "estimate.best", "estimate.high", "estimate.conflicted", "estimate.onOrder", "estimate.announced", "estimate.lost.low",
        "estimate.lost.best", "estimate.lost.high", "estimate.reports", "estimate.origins", "estimate.publishers", "estimate.bestGrade",
        "estimate.newestReported", "estimate.oldestDelivery",
    ];

    private static readonly string[] Columns = ["platform", "name", "category", "class", .. EstimateColumns];

    /// <summary>The columns of who holds one platform.</summary>
    public static readonly IReadOnlyList<string> HolderColumns = ["recipient", "name", .. EstimateColumns];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/countries/{code}/fleet", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("fleet");

    private static async Task AnswerAsync(HttpContext http, string code, BasisResolver clocks, EvidenceReader evidence)
    {
        QueryParameters.Only(http, Parameters);
        var filter = Filter.Of(http);
        var basis = await clocks.ResolveAsync(http);
        var all = await evidence.OfRecipientAsync(code, basis, http.RequestAborted);
        if (all.Count == 0 && !Country.IsState(code))
        {
            throw NoSuchRecipient(code);
        }

        var takes = filter.Takes(basis);
        var holdings = all.Where(takes).ToList();
        // Of a holding that the filters leave out, the catalogue's last word counts: it may be what left it out. And before its first
        // report there was no such recipient.
        var last = all.Count == 0 ? 0 : Math.Max(FirstOf(all), all.Max(x => takes(x) ? x.LastEvent : x.Platform.ChangedAt));
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        if (answer.NotModified)
        {
            return;
        }

        var estimates = holdings.ConvertAll(x => (x.Platform, Estimate: x.Estimate(basis)));
        if (answer.Csv)
        {
            await answer.CsvAsync(Columns, estimates, (writer, x) => WriteHolding(writer, x.Platform, x.Estimate));
            return;
        }

        var totals = FleetTotals.Of(estimates.Select(x => (x.Platform.Category, x.Platform.Class, x.Estimate)));
        var writer = answer.Writer;
        writer.WriteStartObject();
        writer.WriteString("recipient", code);
        writer.WriteString("name", Country.NameOf(code));
        answer.Basis.Write(writer);
        writer.WriteStartObject("headline");
        JsonShapes.WriteTotal(writer, totals.Headline);
        writer.WriteEndObject();
        writer.WriteStartArray("totals");
        foreach (var ((category, @class), total) in totals.ByCategory)
        {
            writer.WriteStartObject();
            writer.WriteString("category", WordNames.Of(category));
            writer.WriteString("class", WordNames.Of(@class));
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
        writer.WriteEndObject();
        await answer.CompleteAsync();
    }

    /// <summary>Position of the first report of a recipient.</summary>
    public static long FirstOf(IReadOnlyList<HoldingEvidence> all) => all.Min(x => x.Reports[0].Position);

    /// <summary>The refusal of a code that is no state's and has no report.</summary>
    public static ProblemException NoSuchRecipient(string code) =>
        new(ProblemKinds.NotFound, $"There is no recipient '{(code.Length > 60 ? code[..60] + "…" : code)}': "
            + "neither a country of ISO 3166-1 (alpha-3, in capitals) nor named by any report."
            + (Country.Renamed.ContainsKey(code) ? $" {Country.Advice(code)}" : ""));

    internal static void WriteHolding(System.Text.Json.Utf8JsonWriter writer, Platform platform, HoldingEstimate estimate)
    {
        writer.WriteStartObject();
        JsonShapes.WritePlatform(writer, platform);
        JsonShapes.WriteEstimate(writer, estimate);
        writer.WriteEndObject();
    }

    /// <summary>Which holdings are shown. The estimates stay whole: a filter by supplier chooses holdings, not reports.</summary>
    private sealed record Filter(string? Platform, string? Category, string? Class, string? Use, string? Supplier)
    {
        public static Filter Of(HttpContext http) => new(
            QueryParameters.Platform(http), QueryParameters.Word(http, "category", WordNames.Categories), QueryParameters.Word(http, "class", WordNames.Classes),
            QueryParameters.Word(http, "use", WordNames.Uses), QueryParameters.Code(http, "supplier"));

        public Func<HoldingEvidence, bool> Takes(Basis basis)
        {
            var slug = Platform is null ? null : basis.Catalogue.Resolve(Platform);
            return holding => (slug is null || holding.Platform.Slug == slug)
                && (Category is null || holding.Platform.Definition.Category == Category)
                && (Class is null || holding.Platform.Definition.Class == Class)
                && (Use is null || holding.Platform.Definition.Use == Use)
                && (Supplier is null || holding.IsSuppliedBy(Supplier, basis))
                && holding.IsSpokenOf(basis);
        }
    }
}
