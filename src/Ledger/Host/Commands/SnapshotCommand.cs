using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Ledger.Export;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Vocabulary;

namespace Ledger.Host.Commands;

/// <summary>The command <c>snapshot</c>: writes the tables for analysts into the database, for the views of the schema analytics; also
/// beside a running service.</summary>
public static class SnapshotCommand
{
    private static readonly Option<DateOnly?> AsOfOption = ExportCommand.DayOption("--as-of", "Facts up to this day (default today)");

    public static Command Create(Func<ParseResult, Options> optionsOf) =>
        new Command("snapshot", "Write the tables for analysts into the database, for the views of the schema analytics") { AsOfOption }
            .WithAction(parsed => RunAsync(optionsOf(parsed), parsed.GetValue(AsOfOption)));

    private static async Task<int> RunAsync(Options options, DateOnly? asOf)
    {
        await using var database = await Database.JoinBegunAsync(options, Console.Error.WriteLine);
        await using var store = await StoreHost.OpenAsync(options, database);
        var started = Stopwatch.GetTimestamp();
        var taken = await ProgressDisplay.RunAsync(progress =>
            store.Get<Snapshots>().TakeAsync(new ClockParameters { AsOf = asOf }, progress, CancellationToken.None));
        if (taken is null)
        {
            throw new OperatorException("Another program is taking a snapshot. Nothing was changed.");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Snapshot {taken.Number}: ")
            + string.Join(", ", taken.Rows.Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Value:N0} {x.Key}"))) + ".");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"The ledger up to position {taken.Basis.Position}, as of {Rfc3339.Text(taken.Basis.AsOf)}, by method "
            + $"{taken.Basis.Method.Number}; {Stopwatch.GetElapsedTime(started).TotalSeconds:N1} s."));
        return 0;
    }
}
