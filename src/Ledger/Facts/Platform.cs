using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>A platform as the catalogue has it; provisional where only reports have named it.</summary>
/// <param name="Definition">Its newest definition.</param>
/// <param name="Aliases">Its other names, in the order in which they were given.</param>
/// <param name="ChangedAt">Position of the last event that touched it; 0 where it is provisional.</param>
/// <param name="DefinedBy">Who defined it last.</param>
public sealed record Platform(PlatformDefined Definition, IReadOnlyList<PlatformAliasAdded> Aliases, long ChangedAt, string? DefinedBy, bool Provisional)
{
    public string Slug => Definition.Platform;

    public Category Category => WordNames.Parse<Category>(Definition.Category) ?? Category.Other;

    public PlatformClass Class => WordNames.Parse<PlatformClass>(Definition.Class) ?? PlatformClass.Durable;

    /// <summary>The factor by which systems become items.</summary>
    public ItemsPerSystem Items => Definition.ItemsPerSystem is [var min, var usual, var max] ? new ItemsPerSystem(min, usual, max) : ItemsPerSystem.Unknown;

    /// <summary>Every slug under which its reports may have been posted.</summary>
    public IEnumerable<string> Slugs => Aliases.Select(x => x.AliasSlug).Prepend(Slug);

    /// <summary>This platform, called by a name that reports gave it, if it is provisional and they did.</summary>
    public Platform Named(string? name) => Provisional && name is not null ? this with { Definition = Definition with { Name = name } } : this;

    /// <summary>A platform that the catalogue does not know: category other, its slug for a name.</summary>
    public static Platform Unknown(string slug) =>
        new(new PlatformDefined(slug, slug, "other", "durable", "military", null, null, null), [], 0, null, Provisional: true);
}
