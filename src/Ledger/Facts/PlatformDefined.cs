namespace Ledger.Facts;

// Storage format, like that of the reports (EventTypes.cs): a stored member must stay readable for ever.

/// <summary>A platform was defined, or redefined: the whole definition, valid from this event on.</summary>
/// <param name="Platform">Slug.</param>
/// <param name="Category">A word of <see cref="Vocabulary.WordNames.Categories"/>.</param>
/// <param name="Class">durable (fleet) or expendable (stock).</param>
/// <param name="Use">military, dualUse or civil.</param>
/// <param name="Origin">Country code of its maker.</param>
/// <param name="ItemsPerSystem">[min, usual, max], each 1–1,000; absent where unknown.</param>
/// <param name="Family">Slug of the platform of which this is a variant; absent where it is none, and in events from before this member
/// existed.</param>
/// <param name="Feed">URI of the feed whose edition defined it, which may describe it anew; absent where a person or the service
/// did.</param>
public sealed record PlatformDefined(string Platform, string Name, string Category, string Class, string Use, string? Maker, string? Origin,
    IReadOnlyList<int>? ItemsPerSystem, string? Family = null, string? Feed = null);

/// <summary>Another name of a platform: reports posted under its slug belong to the platform from this event on.</summary>
/// <param name="Platform">Slug of the platform.</param>
/// <param name="Alias">The name as posted.</param>
/// <param name="AliasSlug">Its slug.</param>
public sealed record PlatformAliasAdded(string Platform, string Alias, string AliasSlug);
