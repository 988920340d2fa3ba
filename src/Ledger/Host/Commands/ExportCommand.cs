using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using Ledger.Estimation;
using Ledger.Export;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Vocabulary;

namespace Ledger.Host.Commands;

/// <summary>The command <c>export</c>: writes the tables for analysts into a folder, also beside a running service.</summary>
public static class ExportCommand
{
    private static readonly Argument<string> FolderArgument = new("DIR")
    {
        Description = "The folder to make, which must not exist yet, or be empty",
    };

    private static readonly Option<DateOnly?> AsOfOption = DayOption("--as-of", "Facts up to this day (default today)");

    private static readonly Option<DateOnly?> ReportedByOption = DayOption("--reported-by", "Only what sources had said by this day");

    private static readonly Option<ClockParameters?> KnownAtOption = new("--known-at")
    {
        Description = "Only what the ledger held then: a position, @57012, or a time of RFC 3339 (default now)", HelpName = "TIME",
        CustomParser = KnownAtOf,
    };

    private static readonly Option<int?> MethodOption = new("--method")
    {
        Description = "The method of estimation (default the newest)", HelpName = "N",
    };

    private static readonly Option<int?> FromOption = new("--from")
    {
        Description = string.Create(CultureInfo.InvariantCulture,
            $"The first year of the tables that go by year (default {AnalystTables.FirstYear})"),
        HelpName = "YEAR",
    };

    public static Command Create(Func<ParseResult, Options> optionsOf) =>
        new Command("export", "Write the tables for analysts into a folder, as Parquet and as a workbook")
        {
            FolderArgument, AsOfOption, ReportedByOption, KnownAtOption, MethodOption, FromOption,
        }.WithValidator(result => result.GetValue(MethodOption) is { } method && (method < 1 || method > Method.All.Count)
            ? string.Create(CultureInfo.InvariantCulture, $"--method is a number from 1 to {Method.All.Count}.")
            : result.GetValue(FromOption) is < 1 or > 9999 ? "--from is a year." : null).WithAction(parsed => RunAsync(
            optionsOf(parsed), parsed.GetValue(FolderArgument)!, parsed.GetValue(FromOption) ?? AnalystTables.FirstYear,
            (parsed.GetValue(KnownAtOption) ?? new ClockParameters()) with
            {
                AsOf = parsed.GetValue(AsOfOption),
                ReportedBy = parsed.GetValue(ReportedByOption),
                Method = parsed.GetValue(MethodOption) is { } method ? Method.All[method - 1] : Method.Default,
                NamesMethod = parsed.GetValue(MethodOption) is not null,
            }));

    private static async Task<int> RunAsync(Options options, string folder, int firstYear, ClockParameters clocks)
    {
        await using var database = await Database.JoinBegunAsync(options, Console.Error.WriteLine);
        await using var store = await StoreHost.OpenAsync(options, database);
        var started = Stopwatch.GetTimestamp();
        using var interrupted = new CancellationTokenSource();
        void Interrupt(object? sender, ConsoleCancelEventArgs e)
        {
            // The first time it ends in order, and leaves nothing; the second time it just ends.
            e.Cancel = !interrupted.IsCancellationRequested;
            interrupted.Cancel();
        }

        Console.CancelKeyPress += Interrupt;
        try
        {
            var manifest = await ProgressDisplay.RunAsync(progress =>
                store.Get<ExportFolder>().WriteAsync(folder, clocks, firstYear, progress, interrupted.Token));
            Print(manifest, Path.GetFullPath(folder), Stopwatch.GetElapsedTime(started));
            return 0;
        }
        catch (ProblemException refused)
        {
            throw new OperatorException(refused.Message);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            throw new OperatorException("Interrupted. Nothing was written.");
        }
        finally
        {
            Console.CancelKeyPress -= Interrupt;
        }
    }

    private static void Print(ExportManifest manifest, string folder, TimeSpan took)
    {
        foreach (var file in manifest.Files)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{file.Name,-26} {file.Rows.Values.Sum(),12:N0} rows {file.Bytes,14:N0} bytes"));
        }

        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{folder} holds the ledger up to position {manifest.Basis.Position}, as of {Rfc3339.Text(manifest.Basis.AsOf)}, by method "
            + $"{manifest.Basis.Method.Number}; {took.TotalSeconds:N1} s, at most {self.PeakWorkingSet64 / 1_048_576:N0} MB."));
    }

    internal static Option<DateOnly?> DayOption(string name, string description) => new(name)
    {
        Description = description, HelpName = "YYYY-MM-DD",
        CustomParser = result =>
        {
            if (Rfc3339.TryParseDay(result.Tokens[0].Value, out var day))
            {
                return day;
            }

            result.AddError($"{name} is a full date: YYYY-MM-DD.");
            return null;
        },
    };

    private static ClockParameters? KnownAtOf(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text is ['@', .. var digits] && Digits.TryParse(digits, out var position))
        {
            return new ClockParameters { Position = position };
        }

        if (Rfc3339.TryParse(text, out var time))
        {
            return new ClockParameters { Time = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)) };
        }

        result.AddError("--known-at is a position, @57012, or a time of RFC 3339 with its offset, 2026-11-22T20:41:10Z.");
        return null;
    }
}
