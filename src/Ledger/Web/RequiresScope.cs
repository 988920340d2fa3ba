namespace Ledger.Web;

/// <summary>Endpoint metadata: the scope that the endpoint requires; null: none, it is public. An endpoint without this metadata is
/// closed.</summary>
public sealed record RequiresScope(string? Scope);
