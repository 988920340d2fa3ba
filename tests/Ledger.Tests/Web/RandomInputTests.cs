using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ledger.Problems;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Web;

[Collection(Alone.Name)]
public class RandomInputTests(ITestOutputHelper output)
{
    private const int Requests = 20_000;
    private const int Clients = 8;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Whatever_is_sent_is_answered_in_time_and_as_described_and_what_was_stored_can_be_read()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LEDGER_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        output.WriteLine($"LEDGER_SEED={seed}");
        await using var service = await Service.StartAsync();
        var run = new Run(service, seed);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => run.SendAllAsync()));
        output.WriteLine($"{Requests} requests in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s: "
            + string.Join(", ", run.Statuses.OrderBy(x => x.Key).Select(x => $"{x.Value} × {x.Key}")) + $"; {run.Stored.Count} reports stored");
        Assert.True(run.Failures.IsEmpty, $"LEDGER_SEED={seed}: {run.Failures.Count} requests failed, such as\n\n{string.Join("\n\n", run.Failures.OrderBy(x => x.Key).Take(8).Select(x => x.Value))}");

        // Chance that only ever knocks at closed doors proves nothing.
        Assert.All([200, 201, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422], status => Assert.True(run.Statuses.GetValueOrDefault(status) > 0, $"No request was answered with {status}."));
        Assert.True(run.Stored.Count > Requests / 50, $"Only {run.Stored.Count} reports were stored.");
        var ofEditions = await EditionsAsync(service);
        Assert.Equal(run.Stored.Keys.Union(ofEditions).Order(), (await ReadAllAsync(service)).Order());
    }

    /// <summary>The reports of every edition that was accepted, once all of them have ended.</summary>
    private static async Task<HashSet<Guid>> EditionsAsync(Service service)
    {
        var reports = new HashSet<Guid>();
        foreach (var accepted in (await service.AskAsync("/v1/editions?limit=1000")).Items())
        {
            var ended = await Editions.Edition.EndAsync(service.Reader, accepted.Text("id")!);
            reports.UnionWith(ended.Lines.SelectMany(x => x.GetProperty("reports").EnumerateArray()).Select(x => x.GetGuid()));
        }

        return reports;
    }

    /// <summary>Pages through every report.</summary>
    private static async Task<HashSet<Guid>> ReadAllAsync(Service service)
    {
        using var anybody = service.Client(null);
        Assert.Equal(200, (await Service.GetAsync(anybody, "/health/live")).Status);
        var ready = await Service.GetAsync(anybody, "/health/ready");
        Assert.True(ready.Status == 200, ready.Body);
        var found = new HashSet<Guid>();
        for (var page = "/v1/reports?limit=1000"; page is not null;)
        {
            var answer = await service.AskAsync(page, ready.Json.GetProperty("end").GetInt64());
            found.UnionWith(answer.GetProperty("items").EnumerateArray().Select(x => x.GetProperty("eventId").GetGuid()));
            page = answer.TryGetProperty("next", out var next) ? $"/v1/reports?limit=1000&cursor={next}" : null;
        }

        foreach (var country in (await service.AskAsync("/v1/countries?limit=1000")).GetProperty("items").EnumerateArray())
        {
            var fleet = await service.AskAsync($"/v1/countries/{country.GetProperty("recipient")}/fleet");
            foreach (var holding in fleet.GetProperty("holdings").EnumerateArray())
            {
                await service.AskAsync($"/v1/countries/{country.GetProperty("recipient")}/fleet/{Uri.EscapeDataString(holding.GetProperty("platform").GetString()!)}");
            }
        }

        foreach (var list in (string[])["/v1/deals", "/v1/flows", "/v1/flows?from=2020&to=2021", "/v1/signals", "/v1/unknowns", "/v1/publishers", "/v1/calibration"])
        {
            for (var page = list; page is not null;)
            {
                var answer = await service.AskAsync(page);
                page = answer.TryGetProperty("next", out var next) ? $"{list}{(list.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={next}" : null;
            }
        }

        return found;
    }

    private sealed class Run(Service service, int seed)
    {
        private readonly Dictionary<string, HttpClient> _clients =
            Scopes.All.Append("").ToDictionary(x => x, x => service.Client(x.Length == 0 ? null : x));

        private int _next = -1;

        public ConcurrentDictionary<int, int> Statuses { get; } = new();

        public ConcurrentDictionary<int, string> Failures { get; } = new();

        public ConcurrentDictionary<Guid, bool> Stored { get; } = new();

        public async Task SendAllAsync()
        {
            for (int number; (number = Interlocked.Increment(ref _next)) < Requests;)
            {
                await SendAsync(number);
            }
        }

        private async Task SendAsync(int number, int attempt = 1)
        {
            var made = new RandomRequest(service.Address, seed, number);
            using var request = made.Request;
            using var patience = new CancellationTokenSource(s_patience);
            try
            {
                using var response = await _clients[made.Scope ?? ""].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
                Statuses.AddOrUpdate((int)response.StatusCode, 1, (_, count) => count + 1);
                Remember((await Answered.OfAsync(response).WaitAsync(patience.Token)).Body, request, (int)response.StatusCode);
            }
            catch (HttpRequestException cut) when (attempt < 3 && cut.InnerException is IOException)
            {
                // The server may refuse before it has read the body, and then the pipe can break before the client has read why: not each time.
                await SendAsync(number, attempt + 1);
            }
            catch (Exception fault)
            {
                Failures[number] = $"{number}: {request.Method} {request.RequestUri!.PathAndQuery} as {made.Scope ?? "nobody"} {Headers(request)}\n"
                    + $"{fault.GetType().Name}: {fault.Message} {fault.InnerException?.Message}\n"
                    + $"  body: {made.Shown}";
            }
        }

        private void Remember(string body, HttpRequestMessage request, int status)
        {
            var path = request.RequestUri!.AbsolutePath;
            if (path.StartsWith("/v1/imports", StringComparison.OrdinalIgnoreCase)
                && status == 200 && !request.RequestUri.Query.Contains("dryRun=true", StringComparison.Ordinal))
            {
                foreach (var line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(x => JsonElement.Parse(x)))
                {
                    if (line.TryGetProperty("eventId", out var eventId))
                    {
                        Stored[eventId.GetGuid()] = true;
                    }
                }
            }
            else if (status == 201 && JsonElement.Parse(body) is var answer)
            {
                foreach (var one in answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray().ToArray() : [answer])
                {
                    if (one.TryGetProperty("eventId", out var eventId))
                    {
                        Stored[eventId.GetGuid()] = true;
                    }
                }
            }
        }

        private static string Headers(HttpRequestMessage request) =>
            string.Join(" | ", request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default)
                .Select(x => $"{x.Key}: {(x.Value.ToString() is { Length: > 80 } text ? text[..80] + "…" : x.Value)}"));
    }
}
