namespace Ledger.Problems;

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
