using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>GET /v1/platforms: the platforms of the catalogue, and those that only reports name (provisional).</summary>
/// <param name="Like">Only those with a slug, name or alias that a search for this finds; null: all.</param>
/// <param name="Clocks">The clocks.</param>
/// <param name="Page">The page.</param>
public sealed record PlatformsQuestion(SearchText? Like, ClockParameters Clocks, PageRequest Page) : IQuestion
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/platforms", "platforms",
        [.. ClockParameters.Names, .. PageRequest.Parameters, SearchQuestion.Parameter],
        (query, _) => new PlatformsQuestion(SearchQuestion.TextOf(query), ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var reported = await evidence.PlatformsAsync(basis.Position, cancellation);
        string[] provisional = [.. reported.Where(x => !basis.Catalogue.Knows(x))];
        // A report affects the list only if it is the first to name a provisional platform. The platforms of all pages count, since the
        // later pages have the basis of this one.
        var narrowed = await sources.Bases.NarrowAsync(basis, async () => Math.Max(
            await evidence.FirstNamingAsync(provisional, basis.Position, cancellation), basis.Catalogue.Position), cancellation);
        return Answer.List(narrowed, PlatformJson.Columns, (writer, x) => PlatformJson.Write(writer, x, basis.Catalogue), async () =>
        {
            var all = basis.Catalogue.Platforms.Concat(provisional.Select(Platform.Unknown))
                .Where(x => Page.After is null || string.CompareOrdinal(x.Slug, Page.After) > 0)
                .OrderBy(x => x.Slug, StringComparer.Ordinal).ToList();
            // Without a filter only the platforms of the page need their names.
            var named = await NamedAsync(Like is null ? all[..Math.Min(all.Count, Page.Limit + 1)] : all, basis, sources, cancellation);
            var platforms = named.Where(x => Like is null || IsLike(x)).Take(Page.Limit + 1).ToList();
            return (platforms.Take(Page.Limit), Page.NextKey(platforms, x => x.Slug));
        });
    }

    /// <summary>Gives each provisional platform the name from its first report that has one.</summary>
    private static async Task<IEnumerable<Platform>> NamedAsync(
        List<Platform> platforms, Basis basis, Sources sources, CancellationToken cancellation)
    {
        var provisional = platforms.Where(x => x.Provisional).Select(x => x.Slug).ToArray();
        var names = await sources.Evidence.NamesOfAsync(provisional, basis.Position, cancellation);
        return platforms.Select(x => x.Named(names.GetValueOrDefault(x.Slug)));
    }

    private bool IsLike(Platform platform) => platform.Aliases.Select(x => x.Alias).Prepend(platform.Definition.Name).Prepend(platform.Slug)
        .Any(x => SearchText.Of(x).Matches(Like!) > 0);
}
