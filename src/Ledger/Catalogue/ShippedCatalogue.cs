using System.Text.Json;
using Ledger.Facts;
using Ledger.Web;

namespace Ledger.Catalogue;

/// <summary>The platforms that ship with the service. They are appended as events at the first start, and at later starts where the shipped
/// definitions have changed. A definition by an administrator is never replaced.</summary>
public static class ShippedCatalogue
{
    /// <summary>The reporter of the service's own events.</summary>
    public const string Reporter = "ledger";

    /// <summary>The definitions, in the form of a post.</summary>
    public static IReadOnlyList<StatedPlatform> Read()
    {
        return [.. ReadFile("platforms.json"), .. ReadFile("spellings.json")];

        static List<StatedPlatform> ReadFile(string name)
        {
            using var resource = typeof(ShippedCatalogue).Assembly.GetManifestResourceStream($"Ledger.Catalogue.Shipped.{name}")!;
            return JsonSerializer.Deserialize<List<StatedPlatform>>(resource, StrictJson.Requests)!;
        }
    }

    /// <summary>Appends what the ledger does not hold yet, in one transaction.</summary>
    public static async Task PostAsync(CatalogueWriter writer) => await writer.AppendAsync(Decide, Reporter, isAnswered: false);

    /// <summary>The events that bring the catalogue up to what ships; none where it is up to date. A name that an administrator gave to
    /// another platform stays with that platform.</summary>
    public static IReadOnlyList<object> Decide(CatalogueAt catalogue)
    {
        var events = new List<object>();
        foreach (var shipped in Read())
        {
            if (catalogue.Resolve(shipped.Platform!) != shipped.Platform)
            {
                continue;
            }

            var free = shipped.Aliases?.Where(alias => Vocabulary.Slug.OfPlatform(alias) is { } slug
                && (!catalogue.Knows(slug) || catalogue.Resolve(slug) == shipped.Platform)).ToList();
            var decided = CatalogueDecisions.Define(catalogue, shipped with { Aliases = free });
            var isAdministrators = catalogue.Knows(shipped.Platform!) && catalogue.Find(shipped.Platform!).DefinedBy != Reporter;
            events.AddRange(isAdministrators ? decided.Where(x => x is not PlatformDefined) : decided);
        }

        return events;
    }
}
