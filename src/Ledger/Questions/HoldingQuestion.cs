using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/fleet/{platform}: one holding with its deals and all its evidence: the bounds for which each
/// report is in effect, or the reason why it is set aside.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Platform">Slug, alias or name.</param>
/// <param name="Clocks">The clocks.</param>
public sealed record HoldingQuestion(string Recipient, string Platform, ClockParameters Clocks) : IQuestion
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/countries/{code}/fleet/{platform}", "holding",
        [.. ClockParameters.Names], (query, part) => new HoldingQuestion(part("code"), part("platform"), ClockParameters.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, null, cancellation);
        var slug = Slug.OfPath(Platform) ?? throw Unknown.Platform(Platform);
        var holding = await sources.Evidence.OfHoldingAsync(Recipient, basis.Catalogue.Find(slug), basis.Knowledge, cancellation);
        var since = await Unknown.ThrowIfUnknownAsync(holding, slug, basis, sources.Evidence, cancellation);
        var narrowed = await sources.Bases.NarrowAsync(basis, LastAffecting.Of([holding], least: since), cancellation);
        var evidence = EvidenceLine.ReadAsync(() => EffectsOf(holding, basis.Clocks), sources.Reports, cancellation);
        return Answer.Of(narrowed, json => WriteAsync(json, holding, basis.Clocks, narrowed, evidence), EvidenceLine.Columns, evidence,
            EvidenceLine.Write);
    }

    private static List<(ReportEffect Effect, EstimateTrace? Trace)> EffectsOf(HoldingEvidence holding, Clocks clocks)
    {
        var trace = holding.Trace(clocks);
        return [.. holding.Effects(clocks).Select(x => (x, trace))];
    }

    private async Task WriteAsync(StreamedJson json, HoldingEvidence holding, Clocks clocks, Basis basis,
        IAsyncEnumerable<EvidenceLine> evidence)
    {
        var writer = json.Writer;
        var estimate = holding.Estimate(clocks);
        JsonShapes.WriteCountry(writer, "recipient", Recipient);
        PlatformJson.WriteName(writer, holding.Platform);
        PlatformJson.WriteItemsPerSystem(writer, holding.Platform);
        JsonShapes.WriteBasis(writer, basis);
        JsonShapes.WriteEstimate(writer, estimate);
        writer.WriteStartArray("deals");
        foreach (var deal in estimate.Deals)
        {
            WriteDeal(writer, holding.Platform, deal);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("evidence");
        await foreach (var line in evidence)
        {
            EvidenceLine.Write(writer, line);
            await json.FlushAsync();
        }

        writer.WriteEndArray();
    }

    private static void WriteDeal(Utf8JsonWriter writer, Platform platform, DealEstimate deal)
    {
        writer.WriteStartObject();
        writer.WriteString("deal", deal.Deal ?? DealQuestion.Undivided);
        writer.WriteString("title", DealTitle.Of(platform, deal));
        JsonShapes.WriteCountry(writer, "supplier", deal.Supplier);
        JsonShapes.WriteBounds(writer, deal.Low, deal.Best, deal.High);
        DealsQuestion.WriteCounts(writer, deal);
        writer.WriteNumber("announced", deal.Announced);
        writer.WriteBoolean("conflicted", deal.Conflicted);
        writer.WriteEndObject();
    }
}
