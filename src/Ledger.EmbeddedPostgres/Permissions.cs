namespace Ledger.EmbeddedPostgres;

/// <summary>Permissions of the folders and files that are made here.</summary>
internal static class Permissions
{
    /// <summary>A folder that other users cannot enter.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>A folder that other users can pass through and not list.</summary>
    public const UnixFileMode OthersPass = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A folder or program that other users can read and execute, not change.</summary>
    public const UnixFileMode OthersRead = OthersPass | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>A file that other users cannot read.</summary>
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A file that other users can read.</summary>
    public const UnixFileMode Shown = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}
