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
        Console.WriteLine($"The dashboard: {address}/");
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
        foreach (var heading in (string[])["low", "best", "high", "lost", "on order", "announced", "reports"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        }

        var fleets = new List<JsonElement>();
        foreach (var code in Countries)
        {
            fleets.Add(await AskAsync(client, key, $"/v1/countries/{code}/fleet?atLeast={position}"));
        }

        foreach (var fleet in fleets)
        {
            var headline = fleet.GetProperty("headline");
            var civil = await AskAsync(client, key, $"/v1/countries/{fleet.GetProperty("recipient")}/fleet?use=civil&atLeast={position}");
            var civilOnes = HoldingsOf(civil).Select(x => x.GetProperty("platform").GetString()).ToHashSet();
            table.AddRow($"[bold]{NameOf(fleet)}[/]", "[bold]unmanned aircraft[/]", "",
                Bold(headline, "low"), Bold(headline, "best"), Bold(headline, "high"), "", "", "", "");
            foreach (var holding in HoldingsOf(fleet).Where(HasUnits))
            {
                var estimate = holding.GetProperty("estimate");
                table.AddRow("",
                    NameOf(holding).EscapeMarkup()
                        + (estimate.GetProperty("conflicted").GetBoolean() ? " (conflicted)" : ""),
                    holding.GetProperty("class").GetString() == "expendable" ? "stock"
                        : civilOnes.Contains(holding.GetProperty("platform").GetString()) ? "civil" : "fleet",
                    Cell(estimate, "low"), Cell(estimate, "best"), Cell(estimate, "high"), Cell(estimate.GetProperty("lost"), "best"),
                    Cell(estimate, "onOrder"), Cell(estimate, "announced"), Cell(estimate, "reports"));
            }
        }

        Tables.Print(table);
        PrintLeftOut(fleets);
        PrintClaim(fleets);
    }

    private static string NameOf(JsonElement named) => named.GetProperty("name").GetString()!;

    private static JsonElement.ArrayEnumerator HoldingsOf(JsonElement fleet) => fleet.GetProperty("holdings").EnumerateArray();

    /// <summary>Whether any report that counts gives it a unit: held, possible, lost, on order or announced. A row of zeros would read as
    /// if somebody had counted none.</summary>
    private static bool HasUnits(JsonElement holding)
    {
        var estimate = holding.GetProperty("estimate");
        var lost = estimate.GetProperty("lost");
        return new[]
        {
            estimate.GetProperty("low"), estimate.GetProperty("best"), estimate.GetProperty("high"), estimate.GetProperty("onOrder"),
            estimate.GetProperty("announced"), lost.GetProperty("best"), lost.GetProperty("high"),
        }.Any(x => x.ValueKind == JsonValueKind.Null || x.GetInt64() > 0);
    }

    private static void PrintLeftOut(List<JsonElement> fleets)
    {
        var leftOut = fleets
            .Select(x => (Country: NameOf(x), Names: (string[])[.. HoldingsOf(x).Where(y => !HasUnits(y)).Select(NameOf)]))
            .Where(x => x.Names.Length > 0).ToList();
        if (leftOut.Count == 0)
        {
            return;
        }

        Console.WriteLine("Reports speak of these too, and give them no unit that counts (trials, plants, what a source lists no more):");
        foreach (var (country, names) in leftOut)
        {
            Console.WriteLine($"  {country}: {string.Join(", ", names)}");
        }

        Console.WriteLine();
    }

    /// <summary>The article behind the sample compares fleets without counting them: where the estimate differs, both are told.</summary>
    private static void PrintClaim(List<JsonElement> fleets)
    {
        long BestOf(JsonElement fleet) => fleet.GetProperty("headline").GetProperty("best").GetInt64();
        var largest = fleets.Single(x => x.GetProperty("recipient").GetString() == "KAZ");
        var larger = fleets.Where(x => BestOf(x) > BestOf(largest)).OrderByDescending(BestOf)
            .Select(x => $"{NameOf(x)} {BestOf(x)}").ToList();
        if (larger.Count > 0)
        {
            Console.WriteLine($"AsiaNews calls the fleet of {NameOf(largest)} the largest. What is reported here says otherwise: "
                + $"best {BestOf(largest)} there, {string.Join(", ", larger)}."
                + (largest.GetProperty("headline").GetProperty("high").ValueKind == JsonValueKind.Null
                    ? " Nobody has bounded it, so the claim may hold all the same." : ""));
            Console.WriteLine();
        }
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
              {address}/                the dashboard; it asks once for a key: {keys[Scopes.Read]}
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
