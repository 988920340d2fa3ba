using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Reports;
using Ledger.Vocabulary;
using Ledger.Web;
using Npgsql;

namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/fleet/{platform}: one holding with its deals and all its evidence: for which bounds each report
/// counts, or why it does not.</summary>
public static class HoldingQuestion
{
    /// <summary>How a deal without a name is written: a deal's slug never begins with a tilde.</summary>
    public const string Undivided = "~";

    private static readonly string[] Parameters = [.. Basis.Parameters];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/countries/{code}/fleet/{platform}", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("holding");

    private static async Task AnswerAsync(HttpContext http, string code, string platform, BasisResolver clocks, EvidenceReader evidence, NpgsqlDataSource database)
    {
        QueryParameters.Only(http, Parameters);
        var basis = await clocks.ResolveAsync(http);
        var slug = Slug.OfPath(platform) ?? throw NoSuchPlatform(platform);
        var holding = await evidence.OfHoldingAsync(code, basis.Catalogue.Find(slug), basis, http.RequestAborted);
        var last = holding.Reports.Count > 0 ? holding.LastEvent
            : Math.Max(holding.LastEvent, await RefuseUnknownAsync(code, slug, basis, evidence, http.RequestAborted));
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        if (answer.NotModified)
        {
            return;
        }

        var standings = Estimator.EffectsOf(holding.Reports, basis.AsOf, basis.Position, basis.ReportedBy);
        var reports = StoredReports.AtAsync(database, standings, x => x.Position, http.RequestAborted);
        if (answer.Csv)
        {
            await answer.CsvAsync(JsonShapes.EvidenceColumns, reports, (csv, x) => JsonShapes.WriteEvidence(csv, x.Report, x.Named));
            return;
        }

        var writer = answer.Writer;
        var estimate = holding.Estimate(basis);
        writer.WriteStartObject();
        writer.WriteString("recipient", code);
        JsonShapes.WritePlatform(writer, holding.Platform);
        answer.Basis.Write(writer);
        JsonShapes.WriteEstimate(writer, estimate);
        writer.WriteStartArray("deals");
        foreach (var deal in estimate.Deals)
        {
            WriteDeal(writer, deal);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("evidence");
        await foreach (var (standing, report) in reports)
        {
            JsonShapes.WriteEvidence(writer, report, standing);
            await answer.FlushAsync();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await answer.CompleteAsync();
    }

    /// <summary>Refuses a recipient or platform that nobody knows.</summary>
    /// <returns>Since which position the recipient is known; 0 for a state.</returns>
    public static async Task<long> RefuseUnknownAsync(string code, string slug, Basis basis, EvidenceReader evidence, CancellationToken cancellation)
    {
        var since = 0L;
        if (!Country.IsState(code))
        {
            var all = await evidence.OfRecipientAsync(code, basis, cancellation);
            since = all.Count > 0 ? FleetQuestion.FirstOf(all) : throw FleetQuestion.NoSuchRecipient(code);
        }

        return basis.Catalogue.Knows(slug) ? since : throw NoSuchPlatform(slug);
    }

    /// <summary>The refusal of a platform that nobody knows here.</summary>
    public static ProblemException NoSuchPlatform(string name) =>
        new(ProblemKinds.NotFound, $"There is no platform '{(name.Length > 60 ? name[..60] + "…" : name)}' here: "
            + "the catalogue does not know it, and no report of this recipient names it.");

    private static void WriteDeal(Utf8JsonWriter writer, DealEstimate deal)
    {
        writer.WriteStartObject();
        writer.WriteString("deal", deal.Deal ?? Undivided);
        writer.WriteString("supplier", deal.Supplier);
        JsonShapes.WriteBounds(writer, deal.Low, deal.Best, deal.High);
        writer.WriteNumber("onOrder", deal.OnOrder);
        writer.WriteNumber("announced", deal.Announced);
        writer.WriteBoolean("conflicted", deal.Conflicted);
        writer.WriteEndObject();
    }
}
