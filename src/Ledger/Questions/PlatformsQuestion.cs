using Ledger.Catalogue;
using Ledger.Facts;

namespace Ledger.Questions;

/// <summary>GET /v1/platforms: the platforms of the catalogue, and those that only reports name (provisional).</summary>
public sealed record PlatformsQuestion(ClockParameters Clocks, PageRequest Page) : IQuestion
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/platforms", "platforms",
        [.. ClockParameters.Names, .. PageRequest.Parameters],
        (query, _) => new PlatformsQuestion(ClockParameters.Of(query), PageRequest.Of(query)));

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
        return Answer.List(narrowed, PlatformJson.Columns, PlatformJson.Write, () =>
        {
            var platforms = basis.Catalogue.Platforms.Concat(provisional.Select(Platform.Unknown))
                .Where(x => Page.After is null || string.CompareOrdinal(x.Slug, Page.After) > 0)
                .OrderBy(x => x.Slug, StringComparer.Ordinal).Take(Page.Limit + 1).ToList();
            return Task.FromResult((NamedAsync([.. platforms.Take(Page.Limit)], basis, sources, cancellation),
                Page.NextKey(platforms, x => x.Slug)));
        });
    }

    /// <summary>Gives each provisional platform the name from its first report that has one.</summary>
    private static async IAsyncEnumerable<Platform> NamedAsync(List<Platform> platforms, Basis basis, Sources sources,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var provisional = platforms.Where(x => x.Provisional).Select(x => x.Slug).ToArray();
        var names = await sources.Evidence.NamesOfAsync(provisional, basis.Position, cancellation);
        foreach (var platform in platforms)
        {
            yield return platform.Named(names.GetValueOrDefault(platform.Slug));
        }
    }
}
