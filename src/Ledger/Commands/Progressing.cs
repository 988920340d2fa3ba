using System.Diagnostics;
using Spectre.Console;

namespace Ledger.Commands;

/// <summary>Shows how far a long work has come: a bar on a screen, a line now and then in a file. On the error output, so that the
/// result can be piped.</summary>
public static class Progressing
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <param name="work">Is given what to call with how much is done, from 0 to <paramref name="whole"/>.</param>
    public static async Task RunAsync(string what, long whole, Func<Action<long>, Task> work)
    {
        if (Console.IsErrorRedirected)
        {
            var since = Stopwatch.StartNew();
            await work(done =>
            {
                if (since.Elapsed >= BetweenLines)
                {
                    since.Restart();
                    Console.Error.WriteLine($"{what}: {100 * Math.Min(done, whole) / whole} %");
                }
            });
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(what.EscapeMarkup(), maxValue: whole);
                await work(done => task.Value = done);
                task.Value = whole;
            });
    }
}
