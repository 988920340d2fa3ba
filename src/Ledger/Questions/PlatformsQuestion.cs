using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/platforms and /v1/platforms/{slug}: the catalogue, what only reports have named (provisional), and who holds one.</summary>
public static class PlatformsQuestion
{
    private static readonly string[] ListParameters = [.. Basis.Parameters, .. PageRequest.Parameters];
    private static readonly string[] OneParameters = [.. Basis.Parameters];

    private static readonly string[] Columns =
        ["platform", "name", "category", "class", "use", "maker", "origin", "itemsPerSystem", "aliases", "provisional"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/platforms", ListAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("platforms");
        routes.MapGet("/v1/platforms/{slug}", OneAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("platform");
    }

    /// <summary>The members of a platform, in an object that the caller has begun and will end.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, Platform platform)
    {
        JsonShapes.WritePlatform(writer, platform);
        writer.WriteString("use", platform.Definition.Use);
        writer.WriteString("maker", platform.Definition.Maker);
        writer.WriteString("origin", platform.Definition.Origin);
        if (platform.Definition.ItemsPerSystem is { } items)
        {
            writer.WriteStartArray("itemsPerSystem");
            foreach (var number in items)
            {
                writer.WriteNumberValue(number);
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WriteNull("itemsPerSystem");
        }

        writer.WriteStartArray("aliases");
        foreach (var alias in platform.Aliases)
        {
            writer.WriteStringValue(alias.Alias);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("provisional", platform.Provisional);
    }

    private static async Task ListAsync(HttpContext http, BasisResolver clocks, EvidenceReader evidence)
    {
        QueryParameters.Only(http, ListParameters);
        var page = await PageRequest.BeginAsync(http, clocks);
        var basis = page.Basis;
        var reported = await evidence.PlatformsAsync(basis.Position, http.RequestAborted);
        string[] provisional = [.. reported.Where(x => !basis.Catalogue.Knows(x))];
        var platforms = basis.Catalogue.Platforms.Concat(provisional.Select(Platform.Unknown))
            .Where(x => page.After is null || string.CompareOrdinal(x.Slug, page.After) > 0)
            .OrderBy(x => x.Slug, StringComparer.Ordinal).Take(page.Limit + 1).ToList();
        // A report affects the list only by being the first to name a platform: another one of it changes nothing here. All pages count,
        // since the next ones are pinned to the basis of this one.
        var last = Math.Max(await evidence.FirstNamingAsync(provisional, basis.Position, http.RequestAborted), basis.Catalogue.Position);
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        var next = page.Next(http, answer.Basis, platforms, x => x.Slug);
        if (!answer.NotModified)
        {
            var named = platforms.Where(x => x.Provisional).Select(x => x.Slug).ToArray();
            var names = await evidence.NamesOfAsync(named, basis.Position, http.RequestAborted);
            await PageRequest.WriteAsync(answer, platforms.Take(page.Limit).Select(x => x.Named(names.GetValueOrDefault(x.Slug))), Columns, WritePlatform, next);
        }
    }

    private static async Task OneAsync(HttpContext http, string slug, BasisResolver clocks, EvidenceReader evidence)
    {
        QueryParameters.Only(http, OneParameters);
        var basis = await clocks.ResolveAsync(http);
        var platform = basis.Catalogue.Find(Slug.OfPath(slug) ?? slug);
        var holdings = await evidence.OfPlatformAsync(platform, basis, http.RequestAborted);
        if (platform.Provisional && holdings.Count == 0)
        {
            throw new ProblemException(ProblemKinds.NotFound,
                $"There is no platform '{(slug.Length > 60 ? slug[..60] + "…" : slug)}': neither in the catalogue nor named by any report.");
        }

        var last = holdings.Select(x => x.LastEvent).Append(platform.ChangedAt).Max();
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        if (answer.NotModified)
        {
            return;
        }

        if (answer.Csv)
        {
            await answer.CsvAsync(FleetQuestion.HolderColumns, holdings, (csv, x) => WriteHolder(csv, x, basis));
            return;
        }

        var called = platform.Provisional ? await evidence.NamesOfAsync([platform.Slug], basis.Position, http.RequestAborted) : null;
        var writer = answer.Writer;
        writer.WriteStartObject();
        WriteMembers(writer, platform.Named(called?.GetValueOrDefault(platform.Slug)));
        answer.Basis.Write(writer);
        writer.WriteStartArray("holders");
        foreach (var holding in holdings)
        {
            WriteHolder(writer, holding, basis);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await answer.CompleteAsync();
    }

    private static void WritePlatform(Utf8JsonWriter writer, Platform platform)
    {
        writer.WriteStartObject();
        WriteMembers(writer, platform);
        writer.WriteEndObject();
    }

    private static void WriteHolder(Utf8JsonWriter writer, HoldingEvidence holding, Basis basis)
    {
        writer.WriteStartObject();
        writer.WriteString("recipient", holding.Recipient);
        writer.WriteString("name", Country.NameOf(holding.Recipient));
        JsonShapes.WriteEstimate(writer, holding.Estimate(basis));
        writer.WriteEndObject();
    }
}
