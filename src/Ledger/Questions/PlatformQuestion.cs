using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/platforms/{slug}: one platform, its variants and its holders.</summary>
/// <param name="Platform">Slug, alias or name.</param>
/// <param name="Clocks">The clocks.</param>
public sealed record PlatformQuestion(string Platform, ClockParameters Clocks) : IQuestion
{
    private static readonly string[] Columns = ["recipient", "name", .. JsonShapes.EstimateColumns];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/platforms/{slug}", "platform",
        [.. ClockParameters.Names], (query, part) => new PlatformQuestion(part("slug"), ClockParameters.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, null, cancellation);
        var platform = basis.Catalogue.Find(Slug.OfPath(Platform) ?? throw NoSuchPlatform());
        var holdings = await sources.Evidence.OfPlatformAsync(platform, basis.Knowledge, cancellation);
        if (platform.Provisional && holdings.Count == 0)
        {
            throw NoSuchPlatform();
        }

        var narrowed = await sources.Bases.NarrowAsync(
            basis, LastAffecting.Of(holdings, least: basis.Catalogue.ChangedAt(platform)), cancellation);
        return Answer.Of(narrowed, json => WriteAsync(json, platform, holdings, narrowed, basis, sources, cancellation), Columns,
            holdings.ToAsyncEnumerable(), (writer, x) => WriteHolder(writer, x, basis.Clocks));
    }

    private ProblemException NoSuchPlatform() => new(ProblemKinds.NotFound,
        $"There is no platform '{QueryParameters.Shown(Platform)}': the catalogue does not know it, and no report that this question sees "
        + "names it.");

    private static async Task WriteAsync(StreamedJson json, Platform platform, IReadOnlyList<HoldingEvidence> holdings,
        Basis narrowed, Basis basis, Sources sources, CancellationToken cancellation)
    {
        var names = platform.Provisional ? await sources.Evidence.NamesOfAsync([platform.Slug], basis.Position, cancellation) : null;
        var writer = json.Writer;
        PlatformJson.WriteMembers(writer, platform.Named(names?.GetValueOrDefault(platform.Slug)), basis.Catalogue);
        writer.WriteStartArray("variants");
        foreach (var variant in basis.Catalogue.VariantsOf(platform.Slug))
        {
            writer.WriteStartObject();
            PlatformJson.WriteName(writer, variant);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        JsonShapes.WriteBasis(writer, narrowed);
        writer.WriteStartArray("holders");
        foreach (var holding in holdings)
        {
            WriteHolder(writer, holding, basis.Clocks);
            await json.FlushAsync();
        }

        writer.WriteEndArray();
    }

    private static void WriteHolder(Utf8JsonWriter writer, HoldingEvidence holding, Clocks clocks)
    {
        writer.WriteStartObject();
        writer.WriteString("recipient", holding.Recipient);
        writer.WriteString("name", Country.NameOf(holding.Recipient));
        JsonShapes.WriteEstimate(writer, holding.Estimate(clocks));
        writer.WriteEndObject();
    }
}
