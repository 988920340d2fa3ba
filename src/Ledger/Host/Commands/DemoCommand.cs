using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Ledger.Access;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Vocabulary;
using Spectre.Console;

namespace Ledger.Host.Commands;

/// <summary>The command <c>demo</c>: serves, posts the sample reports over HTTP, and prints the estimated fleets.</summary>
public static class DemoCommand
{
    private static readonly string[] Countries = ["KAZ", "KGZ", "TJK", "TKM", "UZB"];

    public static Command Create(Func<ParseResult, Options> optionsOf) =>
        new Command("demo", "Serve with the sample reports loaded, and show what they add up to")
            .WithAction(parsed => RunAsync(optionsOf(parsed)));

    private static Task<int> RunAsync(Options options) => ServeCommand.RunAsync(
        options with { Configuration = [.. options.Configuration, $"--{Schema.Setting}", Schema.Apply], SchemaIsSet = true },
        ShowAsync, mayInstall: true);

    private static async Task ShowAsync(WebApplication app, Options options)
    {
        var address = app.Urls.First();
        var keys = await DevelopmentKeys.EnsureAsync(
            app.Services.GetRequiredService<ApiKeys>(), options.DataFolder, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        var summary = await LoadAsync(client, keys[Scopes.Report]);
        long Count(string name) => summary.GetProperty(name).GetInt64();
        Console.WriteLine();
        Console.WriteLine($"{Count("lines")} sample reports on Central Asia: "
            + $"{Count("created")} new, {Count("existing")} there already, {Count("refused")} refused.");
        await PrintFleetsAsync(client, keys[Scopes.Read], Count("position"));
        await PrintUnknownsAsync(client, keys[Scopes.Read], Count("position"));
        PrintWhereToLook(address, options, keys);
    }

    private static async Task<JsonElement> LoadAsync(HttpClient client, string key)
    {
        await using var samples = typeof(DemoCommand).Assembly.GetManifestResourceStream("Ledger.Host.Samples.central-asia.ndjson")!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/imports") { Content = new StreamContent(samples) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var refused in lines.Where(x => x.Contains("\"problem\"", StringComparison.Ordinal)))
        {
            Console.Error.WriteLine(refused);
        }

        return JsonElement.Parse(lines[^1]);
    }

    private static async Task PrintFleetsAsync(HttpClient client, string key, long position)
    {
        var table = new Table().Border(TableBorder.Simple).Title("What they add up to today (units; – is open: nobody has bounded it)")
            .AddColumns([.. ((string[])["country", "platform", "class"]).Select(x => new TableColumn(x).NoWrap())]);
        foreach (var heading in (string[])["low", "best", "high", "on order", "announced", "reports"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        }

        foreach (var code in Countries)
        {
            var fleet = await AskAsync(client, key, $"/v1/countries/{code}/fleet?atLeast={position}");
            var headline = fleet.GetProperty("headline");
            table.AddRow($"[bold]{fleet.GetProperty("name")}[/]", "[bold]unmanned aircraft[/]", "",
                Bold(headline, "low"), Bold(headline, "best"), Bold(headline, "high"), "", "", "");
            foreach (var holding in fleet.GetProperty("holdings").EnumerateArray())
            {
                var estimate = holding.GetProperty("estimate");
                table.AddRow("",
                    holding.GetProperty("name").GetString()!.EscapeMarkup()
                        + (estimate.GetProperty("conflicted").GetBoolean() ? " (conflicted)" : ""),
                    holding.GetProperty("class").GetString() == "expendable" ? "stock" : "fleet",
                    Cell(estimate, "low"), Cell(estimate, "best"), Cell(estimate, "high"),
                    Cell(estimate, "onOrder"), Cell(estimate, "announced"), Cell(estimate, "reports"));
            }
        }

        Tables.Print(table);
    }

    /// <summary>A table of numbers looks like knowledge: beside it stands what is not known.</summary>
    private static async Task PrintUnknownsAsync(HttpClient client, string key, long position)
    {
        Console.WriteLine("What is not known:");
        foreach (var code in Countries)
        {
            var unknowns = await AskAsync(client, key, $"/v1/unknowns?recipient={code}&limit=1&atLeast={position}");
            Console.WriteLine($"  {Country.NameOf(code)}: {unknowns.GetProperty("words")}");
        }

        Console.WriteLine();
    }

    private static async Task<JsonElement> AskAsync(HttpClient client, string key, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    private static void PrintWhereToLook(string address, Options options, IReadOnlyDictionary<string, string> keys)
    {
        const string Json = "-H 'Content-Type: application/json'";
        Console.WriteLine($"""
            Look at (the keys below are for this machine only; they stand in {Path.Combine(options.DataFolder, DevelopmentKeys.FileName)})
              {address}/docs            the API, to browse
              {address}/openapi/v1.json its description
              {address}/health/ready    how the service is

            Ask which evidence a number rests on:
              curl -s -H 'Authorization: Bearer {keys[Scopes.Read]}' '{address}/v1/countries/KGZ/fleet/bayraktar-tb2'

            Ask what was known before the source revised itself:
              curl -s -H 'Authorization: Bearer {keys[Scopes.Read]}' '{address}/v1/countries/KGZ/fleet/bayraktar-tb2?reportedBy=2025-01-01'

            Post a report of your own (again: 200, and nothing is doubled):
              curl -s -X POST '{address}/v1/deliveries' -H 'Authorization: Bearer {keys[Scopes.Report]}' {Json} -d '{Sample}'

            Stop with Ctrl+C; started again, the ledger is as you left it.
            """);
    }

    private const string Sample =
        """{"id":"my-first-report","recipient":"KGZ","supplier":"TUR","platform":"Bayraktar TB2","deal":"tur.bayraktar-tb2.2026" """ +
        """, "quantity":{"qualifier":"about","n":2},"occurred":"2026-10","grade":"C3" """ +
        """, "source":{"publisher":"My newspaper","published":"2026-11-02"}}""";

    private static string Bold(JsonElement total, string name) => $"[bold]{Cell(total, name)}[/]";

    private static string Cell(JsonElement value, string name) =>
        value.GetProperty(name) is { ValueKind: JsonValueKind.Number } number
            ? number.GetInt64().ToString(CultureInfo.InvariantCulture) : "–";
}
