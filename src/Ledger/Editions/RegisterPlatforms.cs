using System.Collections.Frozen;
using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>The platform that a row means.</summary>
/// <param name="Slug">Its slug, with aliases resolved.</param>
/// <param name="Name">The name under which the row is posted: the designation, unless that means another platform.</param>
/// <param name="Designation">Slug of the designation, with aliases resolved.</param>
public sealed record RegisterPlatform(string Slug, string Name, string Designation);

/// <summary>Decides for a whole edition which platforms its designations mean. Designation and category of the description together say
/// it: a plain slug stays with the category that had it first, the others add theirs. Pure.</summary>
public sealed class RegisterPlatforms
{
    private static readonly FrozenSet<(string Platform, Category Described)> Overruled = ReadOverruled();

    private readonly CatalogueAt _catalogue;
    private readonly Dictionary<(string Designation, string Description), RegisterPlatform> _found = [];
    private readonly Dictionary<string, PlatformDefined> _defined = new(StringComparer.Ordinal);

    private readonly IReadOnlySet<string> _held;

    private RegisterPlatforms(CatalogueAt catalogue, IReadOnlySet<string> held) => (_catalogue, _held) = (catalogue, held);

    /// <summary>The definitions to append, ordered by slug: of platforms that the catalogue lacks, and of those that an edition defined
    /// and this one describes anew as a whole. One whose category is "other" stays provisional, unless its name is not its
    /// designation.</summary>
    public IReadOnlyList<PlatformDefined> Defined => [.. _defined.Values.OrderBy(x => x.Platform, StringComparer.Ordinal)];

    /// <summary>Decides.</summary>
    /// <param name="weapons">Designation and description of each row.</param>
    /// <param name="catalogue">The catalogue before the edition.</param>
    /// <param name="held">Slugs of the platforms of which earlier editions spoke.</param>
    /// <param name="isWhole">Whether absence from the file says something.</param>
    public static RegisterPlatforms Of(
        IEnumerable<(string Designation, string Description)> weapons, CatalogueAt catalogue, IReadOnlySet<string> held, bool isWhole)
    {
        var platforms = new RegisterPlatforms(catalogue, held);
        var byPlatform = weapons.CountBy(x => x).Select(x => (Weapon: x.Key, Rows: x.Value, Slug: Slug.OfPlatform(x.Key.Designation) ?? ""))
            .GroupBy(x => catalogue.Resolve(x.Slug));
        foreach (var group in byPlatform)
        {
            platforms.Decide(group.Key,
                [.. group.OrderByDescending(x => x.Rows).ThenBy(x => x.Weapon.Designation, StringComparer.Ordinal)], isWhole);
        }

        return platforms;
    }

    /// <summary>The platform of a row.</summary>
    public RegisterPlatform this[string designation, string description] => _found[(designation, description)];

    /// <summary>The category of a platform once the definitions are appended.</summary>
    public Category CategoryOf(string slug) => _defined.TryGetValue(slug, out var defined)
        ? WordNames.Parse<Category>(defined.Category)!.Value : _catalogue.Find(slug).Category;

    private void Decide(
        string platform, List<((string Designation, string Description) Weapon, int Rows, string Slug)> weapons, bool isWhole)
    {
        var kinds = weapons.Where(x => RegisterNames.CategoryOf(x.Weapon.Description) is not null)
            .GroupBy(x => KindOf(x.Weapon.Description))
            .Select(x => new DescribedKind(x.Key, x.Sum(y => y.Rows), CategoryOf(x.Select(y => (y.Weapon.Description, y.Rows))),
                [.. x.Select(y => (y.Weapon, y.Slug))]))
            .OrderByDescending(x => x.Rows).ThenBy(x => WordNames.Of(x.Category), StringComparer.Ordinal).ToList();
        var known = IsKnown(platform) || _held.Contains(platform) ? _catalogue.Find(platform) : null;
        var plain = known is null ? kinds.Take(1).ToList()
            : kinds.FindAll(x => x.Fits(known.Category) || IsOverruled(platform, x.Category));
        // Described anew as a whole: it keeps its platform, whose category changes, unless a person or the service gave that.
        if (known is not null && plain.Count == 0 && isWhole && kinds.Count > 0
            && weapons.TrueForAll(x => RegisterNames.CategoryOf(x.Weapon.Description) is not null)
            && (known.Provisional || known.Definition.Feed == RegisterReports.Feed)
            && !kinds.Exists(x => x.Weapons.Exists(y => IsKnown(HomonymOf(y.Weapon.Designation, x.Category).Slug))))
        {
            plain = [kinds[0]];
            Define(platform, kinds[0].Weapons[0].Weapon.Designation, kinds[0].Category, known);
        }
        else if (known is null && kinds.Count > 0)
        {
            Define(platform, kinds[0].Weapons[0].Weapon.Designation, kinds[0].Category, null);
        }

        // What the table does not know keeps the category that its designation alone has.
        foreach (var (weapon, _, _) in weapons)
        {
            _found[weapon] = new RegisterPlatform(platform, weapon.Designation, platform);
        }

        foreach (var kind in kinds.Except(plain))
        {
            foreach (var (weapon, _) in kind.Weapons)
            {
                var (name, slug) = HomonymOf(weapon.Designation, kind.Category);
                _found[weapon] = new RegisterPlatform(slug, name, platform);
                if (!IsKnown(slug) && !_defined.ContainsKey(slug))
                {
                    _defined[slug] = DefinitionOf(slug, name, kind.Category);
                }
            }
        }
    }

    private void Define(string platform, string name, Category category, Platform? before)
    {
        if (category is not Category.Other || before is { Provisional: false })
        {
            _defined[platform] = before is { Provisional: false }
                ? before.Definition with { Category = WordNames.Of(category), Class = ClassOf(category) }
                : DefinitionOf(platform, name, category);
        }
    }

    /// <summary>Whether the catalogue defines it. What the withdrawal of an edition set back, and nobody speaks of, is as if it had never
    /// been.</summary>
    private bool IsKnown(string slug) => _catalogue.Knows(slug) && (_held.Contains(_catalogue.Resolve(slug))
        || _catalogue.Find(slug).Definition is not { Feed: RegisterReports.Feed, Category: "other" });

    private (string Name, string Slug) HomonymOf(string designation, Category category)
    {
        var name = Homonym.NameOf(designation, category);
        return (name, _catalogue.Resolve(Slug.OfPlatform(name)!));
    }

    private static PlatformDefined DefinitionOf(string slug, string name, Category category) => new(
        slug, name, WordNames.Of(category), ClassOf(category), "military", null, null, null, Feed: RegisterReports.Feed);

    private static string ClassOf(Category category) =>
        WordNames.Of(category is Category.Missile or Category.LoiteringMunition ? PlatformClass.Expendable : PlatformClass.Durable);

    /// <summary>Descriptions of one kind describe one platform: drones, armed or not, and helicopters are variants of one family.</summary>
    private static string KindOf(string description) => RegisterNames.CategoryOf(description) switch
    {
        Category.Uav or Category.ArmedUav => nameof(Category.Uav),
        _ when IsHelicopter(description) => nameof(Category.AttackHelicopter),
        var category => category.ToString()!,
    };

    private static bool IsHelicopter(string description) => description.Contains("helicopter", StringComparison.OrdinalIgnoreCase);

    private static Category CategoryOf(IEnumerable<(string Description, int Rows)> described) => described
        .GroupBy(x => RegisterNames.CategoryOf(x.Description)!.Value)
        .OrderByDescending(x => x.Sum(y => y.Rows)).ThenBy(x => WordNames.Of(x.Key), StringComparer.Ordinal).First().Key;

    private static bool IsOverruled(string platform, Category described) => Overruled.Contains((platform, described));

    private static FrozenSet<(string, Category)> ReadOverruled()
    {
        using var resource = typeof(RegisterPlatforms).Assembly.GetManifestResourceStream("Ledger.Editions.sipri-overruled.json")!;
        return JsonSerializer.Deserialize<List<OverruledDescription>>(resource, JsonSerializerOptions.Web)!
            .Select(x => (x.Platform, WordNames.Parse<Category>(x.Described)!.Value)).ToFrozenSet();
    }

    /// <summary>The rows of one designation whose descriptions are of one kind.</summary>
    private sealed record DescribedKind(
        string Kind, int Rows, Category Category, List<((string Designation, string Description) Weapon, string Slug)> Weapons)
    {
        /// <summary>Whether a platform of a category may be what they describe.</summary>
        public bool Fits(Category category) => category == Category
            || (Kind == nameof(Category.Uav) && category is Category.Uav or Category.ArmedUav)
            || (Kind == nameof(Category.AttackHelicopter) && category is Category.AttackHelicopter or Category.Other);
    }

    /// <summary>A description that the shipped catalogue overrules on purpose.</summary>
    /// <param name="Platform">Slug of the platform.</param>
    /// <param name="Described">The category that the register's description decides.</param>
    /// <param name="Reason">Why the catalogue's is another.</param>
    private sealed record OverruledDescription(string Platform, string Described, string Reason);
}
