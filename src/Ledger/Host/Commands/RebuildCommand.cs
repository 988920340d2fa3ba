using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Ledger.Evidence;

namespace Ledger.Host.Commands;

/// <summary>The command <c>rebuild</c>: rebuilds the read model from the events, also beside a running service, which keeps
/// serving.</summary>
public static class RebuildCommand
{
    public static Command Create(Func<ParseResult, Options> optionsOf) =>
        new Command("rebuild", "Make the read model anew from the events, while the service goes on answering")
            .WithAction(parsed => RunAsync(optionsOf(parsed)));

    private static async Task<int> RunAsync(Options options)
    {
        await using var database = await Database.JoinBegunAsync(options, Console.Error.WriteLine);
        await using var store = await StoreHost.OpenAsync(options, database);
        var rebuild = store.Get<Rebuild>();
        var started = Stopwatch.GetTimestamp();
        var rebuilt = await ProgressDisplay.RunAsync(report => rebuild.RunAsync(report, CancellationToken.None));
        var took = Stopwatch.GetElapsedTime(started);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rebuilt.Rows:N0} rows of evidence made of {rebuilt.Events:N0} events up to position {rebuilt.Position} "
            + $"in {took.TotalSeconds:N1} s: {rebuilt.Events / took.TotalSeconds:N0} events/s, "
            + $"at most {self.PeakWorkingSet64 / 1_048_576:N0} MB."));
        return 0;
    }
}
