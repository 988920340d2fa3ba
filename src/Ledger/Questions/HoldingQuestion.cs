using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Reports;
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
        var reports = ReportsAsync(holding, basis.Clocks, sources, cancellation);
        return Answer.Of(narrowed, json => WriteAsync(json, holding, basis.Clocks, narrowed, reports), JsonShapes.EvidenceColumns, reports,
            (writer, x) => JsonShapes.WriteEvidence(writer, x.Report, x.Named));
    }

    private static async IAsyncEnumerable<(ReportEffect Named, RecordedReport Report)> ReportsAsync(
        HoldingEvidence holding, Clocks clocks, Sources sources,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var report in sources.Reports.AtAsync(holding.Effects(clocks), x => x.Position, cancellation))
        {
            yield return report;
        }
    }

    private async Task WriteAsync(StreamedJson json, HoldingEvidence holding, Clocks clocks, Basis basis,
        IAsyncEnumerable<(ReportEffect Named, RecordedReport Report)> reports)
    {
        var writer = json.Writer;
        var estimate = holding.Estimate(clocks);
        writer.WriteString("recipient", Recipient);
        PlatformJson.WriteName(writer, holding.Platform);
        JsonShapes.WriteBasis(writer, basis);
        JsonShapes.WriteEstimate(writer, estimate);
        writer.WriteStartArray("deals");
        foreach (var deal in estimate.Deals)
        {
            WriteDeal(writer, deal);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("evidence");
        await foreach (var (effect, report) in reports)
        {
            JsonShapes.WriteEvidence(writer, report, effect);
            await json.FlushAsync();
        }

        writer.WriteEndArray();
    }

    private static void WriteDeal(Utf8JsonWriter writer, DealEstimate deal)
    {
        writer.WriteStartObject();
        writer.WriteString("deal", deal.Deal ?? DealQuestion.Undivided);
        writer.WriteString("supplier", deal.Supplier);
        JsonShapes.WriteBounds(writer, deal.Low, deal.Best, deal.High);
        writer.WriteNumber("onOrder", deal.OnOrder);
        writer.WriteNumber("announced", deal.Announced);
        writer.WriteBoolean("conflicted", deal.Conflicted);
        writer.WriteEndObject();
    }
}
