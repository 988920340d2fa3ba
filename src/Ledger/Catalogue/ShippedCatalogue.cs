using System.Text.Json;
using Ledger.Facts;
using Ledger.Web;

namespace Ledger.Catalogue;

/// <summary>The platforms that ship with the service, posted as events at first start and, where the shipped words have changed, at
/// upgrades. What an administrator has defined since stays as the administrator defined it.</summary>
public static class ShippedCatalogue
{
    /// <summary>The name under which the service itself posts.</summary>
    public const string Reporter = "ledger";

    /// <summary>The definitions, in the shape in which they would be posted.</summary>
    public static IReadOnlyList<StatedPlatform> Read()
    {
        return [.. ReadFile("platforms.json"), .. ReadFile("spellings.json")];

        static List<StatedPlatform> ReadFile(string name)
        {
            using var resource = typeof(ShippedCatalogue).Assembly.GetManifestResourceStream($"Ledger.Catalogue.Shipped.{name}")!;
            return JsonSerializer.Deserialize<List<StatedPlatform>>(resource, StrictJson.Requests)!;
        }
    }

    /// <summary>Posts what the ledger does not hold yet, in one transaction.</summary>
    public static async Task PostAsync(CatalogueWriter writer) => await writer.AppendAsync(Decide, Reporter, isAnswered: false);

    /// <summary>The events that bring the catalogue up to what ships; none where it is. A name that an administrator gave to another
    /// platform stays with that one.</summary>
    public static IReadOnlyList<object> Decide(CatalogueAt catalogue)
    {
        var events = new List<object>();
        foreach (var said in Read())
        {
            if (catalogue.Resolve(said.Platform!) != said.Platform)
            {
                continue;
            }

            var free = said.Aliases?.Where(alias => Vocabulary.Slug.OfPlatform(alias) is { } slug
                && (!catalogue.Knows(slug) || catalogue.Resolve(slug) == said.Platform)).ToList();
            var decided = CatalogueDecisions.Define(catalogue, said with { Aliases = free });
            var keep = catalogue.Knows(said.Platform!) && catalogue.Find(said.Platform!).DefinedBy != Reporter;
            events.AddRange(keep ? decided.Where(x => x is not PlatformDefined) : decided);
        }

        return events;
    }
}
