using System.Diagnostics;
using System.Globalization;
using Ledger.History;
using Spectre.Console;

namespace Ledger.Commands;

/// <summary>Shows how far a long run has come, on the error output: bars on a screen, a line now and then in a file.</summary>
internal static class Watched
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    public static Task<T> RunAsync<T>(Func<Action<LongRun>, Task<T>> run) => Console.IsErrorRedirected ? run(Lines()) : AnsiConsole
        .Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .StartAsync(screen =>
        {
            var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
            return run(at =>
            {
                if (!bars.TryGetValue(at.Step, out var bar))
                {
                    foreach (var before in bars.Values)
                    {
                        before.Value = before.MaxValue;
                    }

                    bars[at.Step] = bar = screen.AddTask(at.Step);
                }

                (bar.MaxValue, bar.Value) = (Math.Max(1, at.Of), at.Done);
            });
        });

    private static Action<LongRun> Lines()
    {
        var step = "";
        var last = Stopwatch.GetTimestamp();
        return at =>
        {
            if (at.Step != step || Stopwatch.GetElapsedTime(last) >= Every)
            {
                (step, last) = (at.Step, Stopwatch.GetTimestamp());
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at.Step}: {at.Done:N0} of {at.Of:N0}"));
            }
        };
    }
}
