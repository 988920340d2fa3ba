using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Progress = Ledger.Store.Progress;

namespace Ledger.Host.Commands;

/// <summary>Shows the progress of a long operation: bars on a terminal, a line every 5 s in a file. On the error output, so that the result
/// can be piped.</summary>
public static class ProgressDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Runs an operation of one step.</summary>
    /// <param name="step">Name of the step.</param>
    /// <param name="whole">Units of work in all.</param>
    /// <param name="work">The operation; calls its argument with the units done, from 0 to <paramref name="whole"/>.</param>
    public static Task RunAsync(string step, long whole, Func<Action<long>, Task> work) => RunAsync(async progress =>
    {
        await work(done => progress.Report(new Progress(step, Math.Min(done, whole), whole)));
        return whole;
    });

    /// <summary>Runs an operation of several steps, one after the other.</summary>
    /// <param name="work">The operation; reports its progress to its argument.</param>
    public static Task<T> RunAsync<T>(Func<IProgress<Progress>, Task<T>> work) => Console.IsErrorRedirected ? work(Lines()) : AnsiConsole
        .Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(),
            new RemainingTimeColumn())
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

    /// <summary>Reports on the calling thread: <see cref="Progress{T}"/> reports on other threads, possibly in another order.</summary>
    private sealed class Reporter(Action<Progress> report) : IProgress<Progress>
    {
        public void Report(Progress value) => report(value);
    }
}
