namespace Ledger.Problems;

/// <summary>The scopes of keys. Every endpoint requires exactly one; no scope includes another.</summary>
public static class Scopes
{
    /// <summary>Post reports, to the feeds of the key only.</summary>
    public const string Report = "report";

    /// <summary>Ask for estimates and reports.</summary>
    public const string Read = "read";

    /// <summary>Replay, export, and proofs of everything.</summary>
    public const string Audit = "audit";

    /// <summary>Keys, platforms, rebuilds. It cannot post reports.</summary>
    public const string Admin = "admin";

    /// <summary>All scopes.</summary>
    public static readonly IReadOnlyList<string> All = [Report, Read, Audit, Admin];
}
