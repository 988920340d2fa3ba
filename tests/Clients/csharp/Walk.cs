// What a client does first, by a client that Kiota generated from the description: posts, reads back, asks, and reads every kind of stream.
using System.Text;
using System.Text.Json;
using Ledger.Client;
using Ledger.Client.Models;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

var (reporter, reader, auditor) = (Client("LEDGER_REPORT_KEY"), Client("LEDGER_READ_KEY"), Client("LEDGER_AUDIT_KEY"));
var source = new Source { Publisher = "Example Gazette", Published = "2023-07-04" };

// Followed before anything is posted, so that the post is seen.
using var live = new StreamReader((await reader.V1.Events.Live.GetAsync())!);

var posted = (await reporter.V1.Deliveries.PostAsync(new DeliveryReport
{
    Id = "cs-1", Recipient = "KGZ", Supplier = "TUR", Platform = "Bayraktar TB2", Lot = "first", Quantity = new Quantity { N = 3 }, Source = source, Grade = "A1",
}))!;
Is("readAs", posted.ReadAs, ReadAs.Lot);

var read = (await reader.V1.Reports[posted.EventId!.Value].GetAsync())!;
Is("quantity", read.Quantity?.N, 3);
Is("kind", read.Kind, Kind.Delivery);

var fleet = (await reader.V1.Countries["KGZ"].Fleet.GetAsync(x => x.QueryParameters.AtLeast = posted.Position))!;
Is("headline", fleet.Headline?.Best, 3L);
Is("high", fleet.Holdings?[0].Estimate?.High, 3L);

const string lines = """
    {"kind":"observation","id":"cs-2","recipient":"KGZ","platform":"Bayraktar TB2","quantity":{"n":2},"setting":"parade","source":{"publisher":"Example Gazette"}}
    {"kind":"loss","id":"cs-3","recipient":"KGZ","platform":"Bayraktar TB2","quantity":{"n":1},"source":{"publisher":"Example Gazette"}}
    """;
var answers = await LinesAsync(await reporter.V1.Imports.PostAsync(new MemoryStream(Encoding.UTF8.GetBytes(lines))));
Is("answers", answers.Count, 3);
Is("refused", answers[1].GetProperty("problem").GetProperty("errors")[0].GetProperty("code").GetString(), "lotOrTotal");

var events = await LinesAsync(await auditor.V1.Events.GetAsync(x => x.QueryParameters.After = posted.Position - 1));
Is("events", string.Join(',', events.Select(x => x.GetProperty("type").GetString())), "delivery_reported,observation_reported");

while (await live.ReadLineAsync() is { } line)
{
    if (line.StartsWith("data: ", StringComparison.Ordinal))
    {
        Is("live", JsonElement.Parse(line[6..]).GetProperty("id").GetGuid(), posted.EventId.Value);
        break;
    }
}

try
{
    await reporter.V1.Deliveries.PostAsync(new DeliveryReport { Recipient = "ZZZ", Platform = "Bayraktar TB2", Source = source });
    throw new InvalidOperationException("It should have been refused.");
}
catch (Problem problem)
{
    Is("problem", problem.Errors?[0].Pointer, "/recipient");
    Is("status", problem.Status, 422);
}

Console.WriteLine("walked");

static LedgerClient Client(string key) => new(new HttpClientRequestAdapter(new Bearer(Setting(key))) { BaseUrl = Setting("LEDGER_ADDRESS") });

static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

static async Task<List<JsonElement>> LinesAsync(Stream? stream)
{
    using var text = new StreamReader(stream!);
    var read = new List<JsonElement>();
    while (await text.ReadLineAsync() is { } line)
    {
        read.Add(JsonElement.Parse(line));
    }

    return read;
}

static void Is(string what, object? actual, object expected)
{
    if (!expected.Equals(actual))
    {
        throw new InvalidOperationException($"{what}: {actual}, expected {expected}");
    }
}

internal sealed class Bearer(string key) : IAuthenticationProvider
{
    public Task AuthenticateRequestAsync(RequestInformation request, Dictionary<string, object>? additionalAuthenticationContext = null,
        CancellationToken cancellationToken = default)
    {
        request.Headers.Add("Authorization", $"Bearer {key}");
        return Task.CompletedTask;
    }
}
