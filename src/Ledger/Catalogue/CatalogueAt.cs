using Ledger.Facts;
using Ledger.Store;
using Ledger.Vocabulary;

namespace Ledger.Catalogue;

/// <summary>An event of the catalogue.</summary>
/// <param name="Position">Its position in the ledger.</param>
/// <param name="Version">Its number in the catalogue's stream, from 1.</param>
/// <param name="Event">Its data.</param>
/// <param name="By">Its reporter.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record CatalogueEntry(long Position, long Version, object Event, string? By, DateTimeOffset RecordedAt = default)
{
    /// <summary>The entry of a stored event; null for an event that is not the catalogue's. Its slugs are those of today's rule.</summary>
    public static CatalogueEntry? Of(StoredEvent stored) => stored.Type is EventTypes.PlatformDefined or EventTypes.PlatformAliasAdded
        ? new CatalogueEntry(stored.Position, stored.Version, WithSlugsOfToday(stored.Read()!), stored.Reporter, stored.RecordedAt) : null;

    private static object WithSlugsOfToday(object read) => read switch
    {
        PlatformDefined defined => defined with
        {
            Platform = OfToday(defined.Platform),
            Family = defined.Family is { } family ? OfToday(family) : null,
        },
        PlatformAliasAdded added => added with
        {
            Platform = OfToday(added.Platform),
            AliasSlug = Slug.OfPlatform(added.Alias) ?? OfToday(added.AliasSlug),
        },
        _ => read,
    };

    private static string OfToday(string slug) => Slug.OfPlatform(slug) ?? slug;
}

/// <summary>What one transaction changed in the catalogue: a post, or all that came with the service at a start.</summary>
/// <param name="First">Position of its first event.</param>
/// <param name="Position">Position of its last event.</param>
/// <param name="RecordedAt">When they were recorded.</param>
/// <param name="Platforms">Number of definitions.</param>
/// <param name="Aliases">Number of aliases.</param>
/// <param name="Feed">URI of the feed whose edition made it, or set it back; null where a person or the service did.</param>
public sealed record CatalogueChange(
    long First, long Position, DateTimeOffset RecordedAt, int Platforms, int Aliases, string? Feed);

/// <summary>The catalogue at a position: a fold over its events. The events were checked before they were stored; the fold never
/// fails.</summary>
public sealed class CatalogueAt
{
    private readonly Dictionary<string, Platform> _platforms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly List<CatalogueChange> _changes = [];
    private readonly Dictionary<string, long> _leftAt = new(StringComparer.Ordinal);

    // Made when it is asked for: the fold is over by then. Two that are made at once are the same.
    private Homonyms? _homonyms;

    private CatalogueAt()
    {
    }

    /// <summary>Folds entries, in the order of their positions.</summary>
    public static CatalogueAt Fold(IEnumerable<CatalogueEntry> entries)
    {
        var catalogue = new CatalogueAt();
        foreach (var entry in entries)
        {
            catalogue.Apply(entry);
        }

        return catalogue;
    }

    /// <summary>Number of the last event in the catalogue's stream; 0 before the first.</summary>
    public long Version { get; private set; }

    /// <summary>Position of the last event in the fold; 0 before the first.</summary>
    public long Position { get; private set; }

    /// <summary>What each transaction changed, in order.</summary>
    public IReadOnlyList<CatalogueChange> Changes => _changes;

    /// <summary>Every defined platform, ordered by slug.</summary>
    public IReadOnlyList<Platform> Platforms => [.. _platforms.Values.OrderBy(x => x.Slug, StringComparer.Ordinal)];

    /// <summary>The slug of the platform to which reports under <paramref name="slug"/> belong: itself, unless it is an alias.</summary>
    public string Resolve(string slug) => _aliases.GetValueOrDefault(slug, slug);

    /// <summary>True for the slug or alias of a defined platform.</summary>
    public bool Knows(string slug) => _platforms.ContainsKey(Resolve(slug));

    /// <summary>The platform of a slug or alias; a provisional one where the catalogue defines none.</summary>
    public Platform Find(string slug)
    {
        var resolved = Resolve(slug);
        return _platforms.TryGetValue(resolved, out var platform) ? platform : Platform.Unknown(resolved);
    }

    /// <summary>The other platforms that a report may mean by a platform's name (<see cref="Catalogue.Homonyms"/>).</summary>
    /// <param name="posted">The slug that it was posted under.</param>
    public IReadOnlyList<Platform> HomonymsOf(string posted) => (_homonyms ??= new Homonyms(_platforms.Values)).Of(Find(posted), posted);

    /// <summary>The platforms of whose family a platform is the head, ordered by slug.</summary>
    public IReadOnlyList<Platform> VariantsOf(string slug) =>
        [.. _platforms.Values.Where(x => x.Definition.Family == slug).OrderBy(x => x.Slug, StringComparer.Ordinal)];

    /// <summary>Position of the last event that changed what is told of a platform, of the family that it belongs to, or of its
    /// variants.</summary>
    public long ChangedAt(Platform platform)
    {
        var last = Math.Max(platform.ChangedAt, _leftAt.GetValueOrDefault(platform.Slug));
        last = VariantsOf(platform.Slug).Aggregate(last, (at, x) => Math.Max(at, x.ChangedAt));
        return platform.Definition.Family is { } family ? Math.Max(last, Find(family).ChangedAt) : last;
    }

    private void Apply(CatalogueEntry entry)
    {
        switch (entry.Event)
        {
            case PlatformDefined defined when !_aliases.ContainsKey(defined.Platform):
                var aliases = _platforms.TryGetValue(defined.Platform, out var before) ? before.Aliases : [];
                if (before?.Definition.Family is { } left)
                {
                    _leftAt[left] = entry.Position;
                }

                _platforms[defined.Platform] = new Platform(defined, aliases, entry.Position, entry.By, Provisional: false);
                break;
            // By an older rule of slugs its name was another one: what has become a platform's own slug, or its only one, stays that.
            case PlatformAliasAdded added when _platforms.ContainsKey(added.AliasSlug) || _aliases.ContainsKey(added.AliasSlug):
                break;
            case PlatformAliasAdded added when _platforms.TryGetValue(Resolve(added.Platform), out var platform):
                _aliases[added.AliasSlug] = platform.Slug;
                _platforms[platform.Slug] = platform with { Aliases = [.. platform.Aliases, added], ChangedAt = entry.Position };
                break;
        }

        Note(entry);
        Version = entry.Version;
        Position = entry.Position;
    }

    /// <summary>Counts an entry in the change that it belongs to: one transaction has one time, and positions without a gap.</summary>
    private void Note(CatalogueEntry entry)
    {
        var (platforms, aliases) = entry.Event is PlatformDefined ? (1, 0) : (0, 1);
        if (_changes is [.., var last] && last.RecordedAt == entry.RecordedAt && last.Position + 1 == entry.Position)
        {
            _changes[^1] = last with
            {
                Position = entry.Position,
                Platforms = last.Platforms + platforms,
                Aliases = last.Aliases + aliases,
            };
            return;
        }

        var feed = (entry.Event as PlatformDefined)?.Feed;
        _changes.Add(new CatalogueChange(entry.Position, entry.Position, entry.RecordedAt, platforms, aliases, feed));
    }
}
