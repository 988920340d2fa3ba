namespace Ledger.Access;

/// <summary>Settings of API keys and callers, in the configuration's section <c>Ledger</c>.</summary>
public sealed class AccessSettings
{
    /// <summary>Callers without a key have the scope <c>read</c>.</summary>
    public bool AnonymousRead { get; set; }

    /// <summary>Requests with invalid keys that one address may make in a minute; further ones get 429.</summary>
    public int FailedAttemptsPerMinute { get; set; } = 100;

    /// <summary>Requests that one key (or one address, without a key) may make in a second; null: no limit.</summary>
    public int? RequestsPerSecond { get; set; }
}
