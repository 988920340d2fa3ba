using System.Globalization;
using System.Text.RegularExpressions;

namespace Ledger.EmbeddedPostgres;

/// <summary>One installation of PostgreSQL.</summary>
/// <param name="BinFolder">Where <c>postgres</c> and <c>initdb</c> are.</param>
/// <param name="Version">The whole version, such as 15.18, to be shown.</param>
/// <param name="Build">How the program describes itself: distributions add to the version which build it is.</param>
internal sealed partial record PostgresPrograms(string BinFolder, string Version, string Build)
{
    public string Postgres => Path.Combine(BinFolder, "postgres");

    public string Initdb => Path.Combine(BinFolder, "initdb");

    /// <summary>The version that decides whether it can read a cluster.</summary>
    public int Major => Numbers(Version).First();

    /// <summary>0 for a beta, which any release outdoes.</summary>
    public int Minor => Numbers(Version).ElementAtOrDefault(1);

    /// <summary>Runs the programs themselves, as the user who will run them: what that user cannot run is not installed for us.</summary>
    /// <param name="binFolder">May hold links to the programs; what is remembered is where they really are.</param>
    /// <param name="account">Who will run them.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null if there is no PostgreSQL in the folder that this user can run.</returns>
    public static async Task<PostgresPrograms?> InAsync(string binFolder, OsAccount account, CancellationToken cancel)
    {
        if (Find(binFolder, "postgres") is not { } postgres || Find(Path.GetDirectoryName(postgres)!, "initdb") is null)
        {
            return null;
        }

        var answer = await account.RunAsync(postgres, ["--version"], cancel);
        var version = VersionAnswer().Match(answer.Output);
        return answer.ExitCode == 0 && version.Success
            ? new PostgresPrograms(Path.GetDirectoryName(postgres)!, version.Groups["version"].Value, answer.Output.Trim())
            : null;
    }

    /// <summary>Where a program really is; null for what is not there, and for a link that leads nowhere, which File.Exists calls
    /// existing, or in a circle.</summary>
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
    private static partial Regex VersionAnswer();
}
