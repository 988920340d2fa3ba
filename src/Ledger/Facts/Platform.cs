using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>A platform in the catalogue; provisional if the catalogue does not define it and only reports name it.</summary>
/// <param name="Definition">Its newest definition.</param>
/// <param name="Aliases">Its other names, in the order in which they were given.</param>
/// <param name="ChangedAt">Position of the last catalogue event about it; 0 where it is provisional.</param>
/// <param name="DefinedBy">Reporter of its newest definition.</param>
/// <param name="Provisional">Whether the catalogue has no definition of it.</param>
public sealed record Platform(
    PlatformDefined Definition, IReadOnlyList<PlatformAliasAdded> Aliases, long ChangedAt, string? DefinedBy, bool Provisional)
{
    /// <summary>Its slug.</summary>
    public string Slug => Definition.Platform;

    /// <summary>Its category; <see cref="Category.Other"/> for a word that this build does not know.</summary>
    public Category Category => WordNames.Parse<Category>(Definition.Category) ?? Category.Other;

    /// <summary>Its class; <see cref="PlatformClass.Durable"/> for a word that this build does not know.</summary>
    public PlatformClass Class => WordNames.Parse<PlatformClass>(Definition.Class) ?? PlatformClass.Durable;

    /// <summary>Whether its use is civil.</summary>
    public bool IsCivil => Definition.Use == "civil";

    /// <summary>The number of items in one system.</summary>
    public ItemsPerSystem Items => Definition.ItemsPerSystem is [var min, var usual, var max]
        ? new ItemsPerSystem(min, usual, max)
        : ItemsPerSystem.Unknown;

    /// <summary>Every slug under which its reports may have been posted.</summary>
    public IEnumerable<string> Slugs => Aliases.Select(x => x.AliasSlug).Prepend(Slug);

    /// <summary>This platform with a name from its reports, if it is provisional and they have one.</summary>
    public Platform Named(string? name) =>
        Provisional && name is not null ? this with { Definition = Definition with { Name = name } } : this;

    /// <summary>A provisional platform: category other, named by its slug.</summary>
    public static Platform Unknown(string slug) =>
        new(new PlatformDefined(slug, slug, "other", "durable", "military", null, null, null), [], 0, null, Provisional: true);
}
