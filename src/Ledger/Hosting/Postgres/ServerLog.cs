using System.Globalization;

namespace Ledger.Hosting.Postgres;

/// <summary>What PostgreSQL wrote, for an error.</summary>
internal static class ServerLog
{
    /// <summary>Enough for a FATAL with its context.</summary>
    private const int LastLines = 12;

    /// <summary>The end of it; read as PostgreSQL's user, whose folder it is, so that root follows no link that was put there.</summary>
    public static async Task<string> LastWordsAsync(ClusterHome home)
    {
        const string Newest = """
            cd "$1" || exit
            cat start.log
            newest=$(ls -t postgresql-*.log 2>/dev/null | head -n 1)
            [ -n "$newest" ] && [ ! start.log -nt "$newest" ] && tail -n "$2" "$newest"
            """;
        var answer = await home.Account.RunAsync(
            "sh", ["-c", Newest, "sh", home.Logs, LastLines.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "(nothing)" : string.Join('\n', lines.TakeLast(LastLines).Select(l => $"  {l}"));
    }
}
