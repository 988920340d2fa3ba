namespace Ledger.Access;

/// <summary>What an operator can set for keys and callers, in the configuration's section <c>Ledger</c>.</summary>
public sealed class AccessSettings
{
    /// <summary>Opens everything that needs the scope <c>read</c> to callers without a key.</summary>
    public bool AnonymousRead { get; set; }

    /// <summary>Requests a minute with keys that open nothing, from one address, before the rest is told to wait.</summary>
    public int FailedAttemptsPerMinute { get; set; } = 100;

    /// <summary>Requests a second that one key (or one address, without a key) may make; null: no limit.</summary>
    public int? RequestsPerSecond { get; set; }
}
