namespace Ledger.Problems;

/// <summary>The scopes of keys. An endpoint requires one of them, or none; no scope includes another.</summary>
public static class Scopes
{
    /// <summary>Post reports, to the feeds of the key only.</summary>
    public const string Report = "report";

    /// <summary>Ask for estimates and reports.</summary>
    public const string Read = "read";

    /// <summary>Every event as it is stored.</summary>
    public const string Audit = "audit";

    /// <summary>Keys, platforms, and starting a failed import again. It cannot post reports.</summary>
    public const string Admin = "admin";

    /// <summary>All scopes.</summary>
    public static readonly IReadOnlyList<string> All = [Report, Read, Audit, Admin];
}
