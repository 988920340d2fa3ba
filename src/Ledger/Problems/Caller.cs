namespace Ledger.Problems;

/// <summary>Who calls: the name that reports are posted under, what the key may do, and in which feeds.</summary>
/// <param name="KeyId">The key's public id; null for an anonymous reader.</param>
/// <param name="Reporter">The key's name.</param>
public sealed record Caller(string? KeyId, string Reporter, IReadOnlyList<string> Scopes, IReadOnlyList<string> Feeds)
{
    /// <summary>Grants every feed.</summary>
    public const string AllFeeds = "*";

    /// <summary>The feed of reports that name none.</summary>
    public string OwnFeed => $"urn:ledger:{Reporter}";

    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>A key may post to its own feed and to those that it was given.</summary>
    public bool MayPostTo(string feed) => feed == OwnFeed || Feeds.Contains(AllFeeds) || Feeds.Contains(feed, StringComparer.Ordinal);
}
