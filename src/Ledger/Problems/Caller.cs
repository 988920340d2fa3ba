namespace Ledger.Problems;

/// <summary>The caller of a request: the name that it posts under, and the scopes and feeds of its key.</summary>
/// <param name="KeyId">The key's public id; null for an anonymous reader.</param>
/// <param name="Reporter">The key's name.</param>
public sealed record Caller(string? KeyId, string Reporter, IReadOnlyList<string> Scopes, IReadOnlyList<string> Feeds)
{
    /// <summary>The entry of <see cref="Feeds"/> that grants every feed.</summary>
    public const string AllFeeds = "*";

    /// <summary>The feed of this caller's reports that name none.</summary>
    public string OwnFeed => $"urn:ledger:{Reporter}";

    /// <summary>Whether the key has a scope.</summary>
    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>Whether the key may post to a feed: its own, or one that it was given.</summary>
    public bool MayPostTo(string feed) => feed == OwnFeed || Feeds.Contains(AllFeeds) || Feeds.Contains(feed, StringComparer.Ordinal);
}
