using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Ledger.Access;
using Ledger.History;
using Ledger.Hosting;
using Npgsql;

namespace Ledger.Commands;

/// <summary>Refolds everything from the events and compares it with what is kept and served; works beside a running service.</summary>
public static class ReplayCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Of(args);
        string? url = null, key = Environment.GetEnvironmentVariable(DevelopmentKeys.VariableOf(Scopes.Read));
        DateOnly? asOf = null;
        for (var i = 0; i < options.Others.Length; i++)
        {
            string Value() => ++i < options.Others.Length ? options.Others[i] : throw new FormatException($"{options.Others[i - 1]} needs a value.");
            switch (options.Others[i])
            {
                case "--api-key":
                    key = Value();
                    break;
                case "--as-of":
                    asOf = Reports.Rules.TryFullDate(Value(), out var day) ? day : throw new FormatException("--as-of is a full date: YYYY-MM-DD.");
                    break;
                case var text when url is null && text.StartsWith("http", StringComparison.Ordinal) && Uri.IsWellFormedUriString(text, UriKind.Absolute):
                    url = text;
                    break;
                default:
                    throw new FormatException($"'{options.Others[i]}' is no option of replay: [URL] [--api-key KEY] [--as-of DAY].");
            }
        }

        await using var database = await Database.JoinBegunAsync(options, Console.Error.WriteLine);
        await using var app = LedgerService.Build(options.ConfigurationFor(database), database.ConnectionString,
            builder => builder.Services.AddSingleton(options.StartupSettings(database)));
        await app.Services.GetRequiredService<Schema>().StartingAsync(CancellationToken.None);
        using var client = new HttpClient { BaseAddress = url is null ? null : new Uri(url), Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        IServed served = url is null ? new ServedInProcess(app) : new ServedOverHttp(client);
        if (url is not null)
        {
            // A wrong address or key is told before every event has been refolded.
            await served.AskAsync("/v1/countries?limit=1", CancellationToken.None);
        }

        var replay = new Replay(app.Services.GetRequiredService<NpgsqlDataSource>(), app.Services.GetRequiredService<StoredEvents>(), served);
        var today = DateOnly.FromDateTime(app.Services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);
        return Say(await Progressing.RunAsync(tell => replay.RunAsync(asOf ?? today, tell, CancellationToken.None)));
    }

    private static int Say(Replayed replayed)
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
