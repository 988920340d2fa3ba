using System.Globalization;

namespace Ledger.Benchmarks.Posts;

/// <summary>What the service sends its database while nobody asks it anything.</summary>
internal static class IdleBenchmark
{
    /// <summary>The service is done with its start, and its connections have told the statistics of it.</summary>
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(20);

    private const int StatementCharacters = 150;

    public static async Task<int> RunAsync(TimeSpan window)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-benchmark-").FullName;
        try
        {
            await using var server = await BenchmarkServer.StartAsync(watched: true);
            var (process, _) = await LedgerProgram.StartAsync(server, folder);
            await using var ledger = process;
            await Task.Delay(s_settled);
            var (before, processor) = (await server.TransactionsAsync(LedgerProgram.Database), process.ProcessorTime);
            if (server.SeesStatements)
            {
                await server.ForgetStatementsAsync();
            }

            await Task.Delay(window);
            var transactions = await server.TransactionsAsync(LedgerProgram.Database) - before;
            processor = process.ProcessorTime - processor;
            var seconds = window.TotalSeconds;
            Print($"Idle for {seconds:N0} s: {transactions} transactions, {transactions / seconds:0.00} a second; processor {processor.TotalMilliseconds / seconds:0.0} ms a second.");
            Print($"");
            if (!server.SeesStatements)
            {
                Print($"pg_stat_statements is not there, so nothing tells what they are: it comes with PostgreSQL's contrib package.");
                return 0;
            }

            Print($"| times | a second | statement |");
            Print($"|---:|---:|---|");
            foreach (var (calls, text) in await server.StatementsAsync(LedgerProgram.Database))
            {
                var shown = (text.Length > StatementCharacters ? text[..StatementCharacters] + "…" : text).Replace("|", "\\|", StringComparison.Ordinal);
                Print($"| {calls} | {calls / seconds:0.00} | `{shown}` |");
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
