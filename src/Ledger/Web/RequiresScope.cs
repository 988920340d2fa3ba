namespace Ledger.Web;

/// <summary>The scope that a call needs, as metadata of its endpoint. Null: open to everyone. A path without it is closed.</summary>
public sealed record RequiresScope(string? Scope);
