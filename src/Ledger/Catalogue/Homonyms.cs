using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Catalogue;

/// <summary>Platforms of one catalogue that share a name and not a category: a fighter and a missile are both called Gnat. One of them is
/// defined under the name's slug, others under that slug and their category (<see cref="Homonym"/>).</summary>
public sealed class Homonyms
{
    private readonly ILookup<string, Platform> _byName;

    /// <summary>Reads the names of a catalogue's platforms.</summary>
    public Homonyms(IEnumerable<Platform> platforms) =>
        _byName = platforms.SelectMany(x => NamesOf(x), (x, name) => (Name: name, Platform: x))
            .ToLookup(x => x.Name, x => x.Platform, StringComparer.Ordinal);

    /// <summary>The other platforms that a report may mean by a name, of another category than the platform that it is counted as; ordered
    /// by slug.</summary>
    /// <param name="platform">What it is counted as.</param>
    /// <param name="posted">The slug that it was posted under.</param>
    public IReadOnlyList<Platform> Of(Platform platform, string posted) =>
    [
        .. NamesOf(platform).Append(posted).SelectMany(x => _byName[x])
            .Where(x => x.Slug != platform.Slug && (x.Category != platform.Category || platform.Provisional))
            .DistinctBy(x => x.Slug).OrderBy(x => x.Slug, StringComparer.Ordinal),
    ];

    /// <summary>Its slug with and without its category, and the slug of its name without its category.</summary>
    private static HashSet<string> NamesOf(Platform platform)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { platform.Slug };
        var category = $"-{Slug.OfPlatform(Homonym.WordsOf(platform.Category))}";
        if (platform.Slug.EndsWith(category, StringComparison.Ordinal))
        {
            names.Add(platform.Slug[..^category.Length]);
        }

        var name = platform.Definition.Name;
        if (!platform.Provisional && Slug.OfPlatform(Homonym.DesignationOf(name) ?? name) is { } slug)
        {
            names.Add(slug);
        }

        return names;
    }
}
