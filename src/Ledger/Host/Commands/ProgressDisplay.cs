using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Progress = Ledger.Store.Progress;

namespace Ledger.Host.Commands;

/// <summary>Shows how far a long work has come: bars on a screen, a line now and then in a file. On the error output, so that the
/// result can be piped.</summary>
public static class ProgressDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Work of one step.</summary>
    /// <param name="work">Is given the function to call with how much is done, from 0 to <paramref name="whole"/>.</param>
    public static Task RunAsync(string what, long whole, Func<Action<long>, Task> work) => RunAsync(async progress =>
    {
        await work(done => progress.Report(new Progress(what, Math.Min(done, whole), whole)));
        return whole;
    });

    /// <summary>Work of several steps, one after the other.</summary>
    /// <param name="work">Is given the function to call with how far it has come.</param>
    public static Task<T> RunAsync<T>(Func<IProgress<Progress>, Task<T>> work) => Console.IsErrorRedirected ? work(Lines()) : AnsiConsole
        .Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
        .StartAsync(async screen =>
        {
            var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
            var result = await work(new Reporter(at =>
            {
                if (!bars.TryGetValue(at.Step, out var bar))
                {
                    Complete(bars.Values);
                    bars[at.Step] = bar = screen.AddTask(at.Step.EscapeMarkup());
                }

                (bar.MaxValue, bar.Value) = (Math.Max(1, at.Of), at.Done);
            }));
            Complete(bars.Values);
            return result;
        });

    private static void Complete(IEnumerable<ProgressTask> bars)
    {
        foreach (var bar in bars)
        {
            bar.Value = bar.MaxValue;
        }
    }

    private static Reporter Lines()
    {
        var step = "";
        var since = Stopwatch.StartNew();
        return new Reporter(at =>
        {
            if (at.Step != step || since.Elapsed >= BetweenLines)
            {
                step = at.Step;
                since.Restart();
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at.Step}: {100 * at.Done / Math.Max(1, at.Of)} %"));
            }
        });
    }

    /// <summary>Reports at once: the framework's own hands reports to other threads, which may show them in another order.</summary>
    private sealed class Reporter(Action<Progress> report) : IProgress<Progress>
    {
        public void Report(Progress value) => report(value);
    }
}
