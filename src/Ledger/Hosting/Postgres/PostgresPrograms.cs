using System.Globalization;
using System.Text.RegularExpressions;

namespace Ledger.Hosting.Postgres;

/// <summary>One installation of PostgreSQL.</summary>
/// <param name="BinFolder">Where <c>postgres</c> and <c>initdb</c> are.</param>
/// <param name="Major">The version that decides whether it can read a cluster.</param>
/// <param name="Version">The whole version, to be shown.</param>
/// <param name="Build">What the program says of itself: distributions add to the version which build it is.</param>
internal sealed partial record PostgresPrograms(string BinFolder, int Major, string Version, string Build)
{
    public string Postgres => Path.Combine(BinFolder, "postgres");

    public string Initdb => Path.Combine(BinFolder, "initdb");

    /// <summary>Asks the programs themselves, as the user who will run them: what that user cannot run is not installed for us.</summary>
    /// <param name="binFolder">May hold links to the programs; what is remembered is where they really are.</param>
    /// <param name="account">Who will run them.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null if there is no PostgreSQL in the folder that this user can run.</returns>
    public static async Task<PostgresPrograms?> InAsync(string binFolder, OsAccount account, CancellationToken cancel)
    {
        if (Native.RealPathOrNull(Path.Combine(binFolder, "postgres")) is not { } postgres)
            return null;
        binFolder = Path.GetDirectoryName(postgres)!;
        if (Native.RealPathOrNull(Path.Combine(binFolder, "initdb")) is null)
            return null;
        var answer = await account.RunAsync(postgres, ["--version"], cancel);
        var version = VersionAnswer().Match(answer.Output);
        if (answer.ExitCode != 0 || !version.Success)
            return null;
        var major = int.Parse(version.Groups["major"].ValueSpan, CultureInfo.InvariantCulture);
        return new PostgresPrograms(binFolder, major, version.Groups["all"].Value, answer.Output.Trim());
    }

    [GeneratedRegex(@"^postgres \(PostgreSQL\) (?<all>(?<major>\d+)[^\s]*)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionAnswer();
}
