namespace Ledger.EmbeddedPostgres;

/// <summary>Permissions of the folders and files that are made here.</summary>
internal static class Permissions
{
    /// <summary>A folder that nobody else can enter.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>A folder through which others come to what they know by name.</summary>
    public const UnixFileMode OthersPass = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A folder or program that others may use and not change.</summary>
    public const UnixFileMode OthersRead = OthersPass | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>A file that nobody else can read.</summary>
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A file that others may read.</summary>
    public const UnixFileMode Shown = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}
