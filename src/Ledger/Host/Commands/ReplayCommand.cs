using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Ledger.Access;
using Ledger.Audit;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Store;
using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Host.Commands;

/// <summary>The command <c>replay</c>: folds everything from the events again and compares it with the read model and the answers, also
/// beside a running service.</summary>
public static class ReplayCommand
{
    private static readonly Argument<Uri?> UrlArgument = new("URL")
    {
        Description = "The service whose answers are compared; without it, this program's own on the same database",
        Arity = ArgumentArity.ZeroOrOne, CustomParser = Addresses.Parse,
    };

    private static readonly Option<string> KeyOption = new("--api-key")
    {
        Description = $"Of the scope {Scopes.Read} (or {DevelopmentKeys.VariableOf(Scopes.Read)} in the environment)", HelpName = "KEY",
    };

    private static readonly Option<DateOnly?> AsOfOption = new("--as-of")
    {
        Description = "The day that is asked about (default today)", HelpName = "YYYY-MM-DD",
        CustomParser = result =>
        {
            if (Rfc3339.TryParseDay(result.Tokens[0].Value, out var day))
            {
                return day;
            }

            result.AddError("--as-of is a full date: YYYY-MM-DD.");
            return null;
        },
    };

    public static Command Create(Func<ParseResult, Options> optionsOf) =>
        new Command("replay", "Refold every event and compare with what is kept and served; exit code 1 if anything differs")
        {
            UrlArgument, KeyOption, AsOfOption,
        }.WithValidator(result => result.GetResult(KeyOption) is not null && result.GetResult(UrlArgument) is not { Tokens.Count: > 0 }
            ? "--api-key is for the service of URL." : null).WithAction(parsed =>
            RunAsync(optionsOf(parsed), parsed.GetValue(UrlArgument), parsed.GetValue(KeyOption), parsed.GetValue(AsOfOption)));

    private static async Task<int> RunAsync(Options options, Uri? url, string? key, DateOnly? asOf)
    {
        await using var database = await Database.JoinBegunAsync(options, Console.Error.WriteLine);
        await using var store = await StoreHost.OpenAsync(options, database);
        var day = asOf ?? DateOnly.FromDateTime(store.Get<TimeProvider>().GetUtcNow().UtcDateTime);
        Task<Replayed> ReplayAsync(IAnswers answers) => ProgressDisplay.RunAsync(progress =>
            new Replay(store.Get<NpgsqlDataSource>(), store.Get<StoredEvents>(), answers).RunAsync(day, progress, CancellationToken.None));

        if (url is null)
        {
            return Print(await ReplayAsync(new AnswersInProcess(store.Get<Sources>())));
        }

        key ??= Environment.GetEnvironmentVariable(DevelopmentKeys.VariableOf(Scopes.Read));
        using var client = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        var running = new AnswersOverHttp(client);
        // Finds a wrong address or key before the first pass over all events.
        await running.GetAsync("/v1/countries?limit=1", CancellationToken.None);
        return Print(await ReplayAsync(running));
    }

    private static int Print(Replayed replayed)
    {
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{replayed.Events:N0} events up to position {replayed.Position} replayed in {replayed.Took.TotalSeconds:N1} s: "
            + $"{replayed.Events / replayed.Took.TotalSeconds:N0} events/s, at most {self.PeakWorkingSet64 / 1_048_576:N0} MB."));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Compared: {replayed.Rows:N0} rows of evidence, ")
            + string.Join(", ", replayed.Items.Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Value:N0} {x.Key}"))) + ".");
        Console.WriteLine(replayed.First is null ? "All of it follows from the events."
            : string.Create(CultureInfo.InvariantCulture, $"{replayed.Differences:N0} differ. The first: {replayed.First}"));
        return replayed.First is null ? 0 : 1;
    }
}
