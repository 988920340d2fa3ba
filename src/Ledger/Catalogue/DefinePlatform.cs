using FluentValidation;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Catalogue;

/// <summary>A platform as posted.</summary>
public sealed record StatedPlatform
{
    /// <summary>Slug.</summary>
    public string? Platform { get; init; }

    /// <summary>Name, as people write it.</summary>
    public string? Name { get; init; }

    /// <summary>A word of <see cref="WordNames.Categories"/>.</summary>
    public string? Category { get; init; }

    /// <summary>A word of <see cref="WordNames.Classes"/>.</summary>
    public string? Class { get; init; }

    /// <summary>A word of <see cref="WordNames.Uses"/>.</summary>
    public string? Use { get; init; }

    /// <summary>Name of the maker.</summary>
    public string? Maker { get; init; }

    /// <summary>Country code of the maker.</summary>
    public string? Origin { get; init; }

    /// <summary>Slug of the platform of which this is a variant.</summary>
    public string? Family { get; init; }

    /// <summary>[min, usual, max] of items in one system, each 1–1,000.</summary>
    public IReadOnlyList<int>? ItemsPerSystem { get; init; }

    /// <summary>Other names. They are added to earlier ones: an alias is never removed.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }
}

/// <summary>Another name of a platform, as posted.</summary>
public sealed record StatedAlias
{
    /// <summary>The name.</summary>
    public string? Alias { get; init; }
}

/// <summary>The rules of <see cref="StatedPlatform"/>.</summary>
public sealed class PlatformRules : AbstractValidator<StatedPlatform>
{
    public PlatformRules()
    {
        RuleFor(x => x.Platform).Required()
            .Must(x => x is null || IsSlug(x)).WithErrorCode("slug").WithMessage((_, x) => NotASlug(x!));
        RuleFor(x => x.Name).Required().Text(Limits.NameCharacters);
        RuleFor(x => x.Category).Required().OneOf(WordNames.Categories);
        RuleFor(x => x.Class).Required().OneOf(WordNames.Classes);
        RuleFor(x => x.Use).Required().OneOf(WordNames.Uses);
        RuleFor(x => x.Maker).Text(Limits.NameCharacters);
        RuleFor(x => x.Origin).CountryCode();
        RuleFor(x => x.Family).Must(x => x is null || IsSlug(x)).WithErrorCode("slug").WithMessage((_, x) => NotASlug(x!));
        RuleFor(x => x.ItemsPerSystem)
            .Must(x => x is null || (x is [var min, var usual, var max] && new ItemsPerSystem(min, usual, max).IsValid))
            .WithErrorCode("itemsPerSystem").WithMessage("Three whole numbers from 1 to 1,000, least, usual and most, in rising order.");
        RuleFor(x => x.Aliases).Must(x => x is null || x.Count <= Limits.Aliases).WithErrorCode("count")
            .WithMessage($"At most {Limits.Aliases} aliases at once.");
        RuleForEach(x => x.Aliases).Required().PlatformName();
    }

    private static string NotASlug(string text) => "Not a platform's slug: letters and digits, lower case, single hyphens between them"
        + (Slug.OfPlatform(text) is { } slug ? $"; write {slug}." : ".");

    private static bool IsSlug(string text) => Slug.OfPlatform(text) == text;
}

/// <summary>The rules of <see cref="StatedAlias"/>.</summary>
public sealed class AliasRules : AbstractValidator<StatedAlias>
{
    public AliasRules() => RuleFor(x => x.Alias).Required().PlatformName();
}

/// <summary>Decides on a definition or an alias against the current catalogue. Pure.</summary>
public static class CatalogueDecisions
{
    /// <summary>The events that bring <paramref name="stated"/> into the catalogue; none if it is there already.</summary>
    /// <exception cref="ProblemException">409: the slug or an alias means another platform; 422: the family is none.</exception>
    public static IReadOnlyList<object> Define(CatalogueAt catalogue, StatedPlatform stated)
    {
        var defined = new PlatformDefined(stated.Platform!, stated.Name!, stated.Category!, stated.Class!, stated.Use!,
            stated.Maker, stated.Origin, stated.ItemsPerSystem, stated.Family);
        if (catalogue.Resolve(defined.Platform) is var other && other != defined.Platform)
        {
            throw Taken("/platform", $"'{defined.Platform}' is an alias of {other}.");
        }

        if (WhyNotFamily(catalogue, defined) is { } why)
        {
            throw new ProblemException(ProblemKinds.Invalid, why) { Errors = [new ProblemError("/family", "family", why)] };
        }

        var events = new List<object>();
        if (!catalogue.Knows(defined.Platform) || !SameAs(catalogue.Find(defined.Platform).Definition, defined))
        {
            events.Add(defined);
        }

        var slugs = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < stated.Aliases?.Count; i++)
        {
            if (AliasOf(catalogue, defined.Platform, stated.Aliases[i], $"/aliases/{i}") is { } added && slugs.Add(added.AliasSlug))
            {
                events.Add(added);
            }
        }

        return events;
    }

    /// <summary>The event that makes <paramref name="alias"/> an alias of <paramref name="platform"/>; none if it is one already.</summary>
    /// <exception cref="ProblemException">404: no such platform; 409: the alias means another one.</exception>
    public static IReadOnlyList<object> AddAlias(CatalogueAt catalogue, string platform, string alias) =>
        !catalogue.Knows(platform) || catalogue.Resolve(platform) != platform
            ? throw new ProblemException(ProblemKinds.NotFound, $"The catalogue defines no platform '{platform}'. Define it first.")
            : AliasOf(catalogue, platform, alias, "/alias") is { } added ? [added] : [];

    /// <summary>A family has one level: a variant has no variants of its own.</summary>
    private static string? WhyNotFamily(CatalogueAt catalogue, PlatformDefined defined) => defined.Family switch
    {
        null => null,
        var family when family == defined.Platform => "A platform is no variant of itself.",
        var family when catalogue.Resolve(family) is var named && named != family => $"'{family}' is an alias: write {named}.",
        var family when !catalogue.Knows(family) => $"The catalogue defines no platform '{family}'. Define it first.",
        var family when catalogue.Find(family).Definition.Family is { } above => $"'{family}' is itself a variant, of {above}.",
        _ when catalogue.VariantsOf(defined.Platform) is [var variant, ..] => $"It has variants itself: {variant.Slug}.",
        _ => null,
    };

    private static PlatformAliasAdded? AliasOf(CatalogueAt catalogue, string platform, string alias, string pointer)
    {
        var slug = Slug.OfPlatform(alias)!;
        if (slug == platform || catalogue.Resolve(slug) == platform)
        {
            return null;
        }

        return catalogue.Knows(slug)
            ? throw Taken(pointer, $"'{alias}' means {catalogue.Resolve(slug)} already.")
            : new PlatformAliasAdded(platform, alias, slug);
    }

    private static bool SameAs(PlatformDefined one, PlatformDefined other) =>
        one with { ItemsPerSystem = null } == other with { ItemsPerSystem = null }
        && (one.ItemsPerSystem ?? []).SequenceEqual(other.ItemsPerSystem ?? []);

    private static ProblemException Taken(string pointer, string detail) =>
        new(ProblemKinds.NameTaken, detail) { Errors = [new ProblemError(pointer, "nameTaken", detail)] };
}
