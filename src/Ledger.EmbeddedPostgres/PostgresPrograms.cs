using System.Globalization;
using System.Text.RegularExpressions;

namespace Ledger.EmbeddedPostgres;

/// <summary>One installation of PostgreSQL.</summary>
/// <param name="BinFolder">Folder of <c>postgres</c> and <c>initdb</c>.</param>
/// <param name="Version">The full version, such as 15.18, for messages.</param>
/// <param name="Build">Output of <c>postgres --version</c>, to which distributions add their build.</param>
internal sealed partial record PostgresPrograms(string BinFolder, string Version, string Build)
{
    public string Postgres => Path.Combine(BinFolder, "postgres");

    public string Initdb => Path.Combine(BinFolder, "initdb");

    /// <summary>The major version: a cluster can only be read by its own.</summary>
    public int Major => Numbers(Version).First();

    /// <summary>The minor version; 0 for a beta, which sorts before every release.</summary>
    public int Minor => Numbers(Version).ElementAtOrDefault(1);

    /// <summary>Finds the programs in a folder, and runs <c>postgres --version</c> as the account that is to run them.</summary>
    /// <param name="binFolder">May have links to the programs, which are resolved.</param>
    /// <param name="account">The account that will run them.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <returns>Null if the folder has no PostgreSQL that this account can run.</returns>
    public static async Task<PostgresPrograms?> InAsync(string binFolder, OsAccount account, CancellationToken cancel)
    {
        if (Find(binFolder, "postgres") is not { } postgres || Find(Path.GetDirectoryName(postgres)!, "initdb") is null)
        {
            return null;
        }

        var result = await account.RunAsync(postgres, ["--version"], cancel);
        var version = VersionOutput().Match(result.Output);
        return result.ExitCode == 0 && version.Success
            ? new PostgresPrograms(Path.GetDirectoryName(postgres)!, version.Groups["version"].Value, result.Output.Trim())
            : null;
    }

    /// <summary>Path of a program with links resolved; null where it does not exist, and for a link that is dangling (File.Exists is true
    /// for one) or circular.</summary>
    public static string? Find(string folder, string program)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, program));
            var target = file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true) ?? file : null;
            return target is { Exists: true } ? target.FullName : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<int> Numbers(string version) =>
        from text in version.Split('.')
        let digits = string.Concat(text.TakeWhile(char.IsAsciiDigit))
        select digits.Length > 0 ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^postgres \(PostgreSQL\) (?<version>\d+[^\s]*)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionOutput();
}
