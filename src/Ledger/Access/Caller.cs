namespace Ledger.Access;

/// <summary>What a key may do. Every call names the one scope that it needs; none includes another.</summary>
public static class Scopes
{
    /// <summary>Post reports, only in the key's own feeds.</summary>
    public const string Report = "report";

    /// <summary>Ask for estimates and reports.</summary>
    public const string Read = "read";

    /// <summary>Replay, export, and proofs of everything.</summary>
    public const string Audit = "audit";

    /// <summary>Keys, platforms, rebuilds. It cannot post reports.</summary>
    public const string Admin = "admin";

    public static readonly IReadOnlyList<string> All = [Report, Read, Audit, Admin];
}

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

    /// <summary>The caller of this request, set by <see cref="Gate"/>.</summary>
    public static Caller Of(HttpContext http) => (Caller)http.Items[typeof(Caller)]!;
}

/// <summary>The scope that a call needs, as metadata of its endpoint. Null: open to everyone. A path without it is closed.</summary>
public sealed record Needs(string? Scope);
