using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;

namespace Ledger.Tests.Faults;

/// <summary>Clients as they ought to be: each sends a report until it is acknowledged, the same report again and again, and then the next.</summary>
internal sealed class Posters(Uri service, AuthenticationHeaderValue key)
{
    /// <summary>Position by id, of everything that was acknowledged.</summary>
    public ConcurrentDictionary<string, long> Acknowledged { get; } = new(StringComparer.Ordinal);

    /// <summary>What was answered that a client may not be answered.</summary>
    public ConcurrentQueue<string> Wrong { get; } = new();

    /// <summary>Answers of 503: the service was there and said that it cannot.</summary>
    public int Told503;

    /// <summary>Posts single reports until <paramref name="stop"/> is asked for, and then ends with an acknowledgement.</summary>
    public async Task PostAsync(int poster, CancellationToken stop)
    {
        using var client = Client();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = $"post-{poster}-{i}";
            // Every seventh withdraws the one before.
            var (path, body) = i % 7 == 6
                ? ("retractions", ReportBodies.Put(ReportBodies.Least("retractions", $"post-{poster}-{i - 1}"), $$"""{"id":"{{id}}","feed":"{{ReportBodies.Press}}"}"""))
                : ("deliveries", ReportBodies.Put(ReportBodies.Delivery(id, i % 2 == 0 ? "KGZ" : "x-faults", $"bird-{i % 9}", i % 13), $$"""{"feed":"{{ReportBodies.Press}}"}"""));
            await UntilAcknowledgedAsync(id, () => Service.PostAsync(client, $"/v1/{path}", body.ToJsonString()));
        }
    }

    /// <summary>Imports files, each until it was answered to its last line.</summary>
    public async Task ImportAsync(int importer, CancellationToken stop)
    {
        using var client = Client();
        for (var file = 0; !stop.IsCancellationRequested; file++)
        {
            var ids = Enumerable.Range(0, 400).Select(x => $"import-{importer}-{file}-{x}").ToList();
            var text = Import.FileOf(ids.Select((id, i) => Import.Line("deliveries", ReportBodies.Put(ReportBodies.Delivery(id, "TJK", $"bird-{i % 9}"), $$"""{"feed":"{{ReportBodies.Press}}"}"""))));
            for (var done = false; !done;)
            {
                try
                {
                    using var content = new StringContent(text);
                    content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                    using var response = await client.PostAsync("/v1/imports", content, CancellationToken.None);
                    var lines = (await response.Content.ReadAsStringAsync(CancellationToken.None)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                    foreach (var answer in response.IsSuccessStatusCode ? lines.Select(x => JsonElement.Parse(x)) : [])
                    {
                        if (answer.TryGetProperty("position", out var position) && answer.TryGetProperty("line", out var line))
                        {
                            Take(ids[line.GetInt32() - 1], position.GetInt64());
                        }
                        else if (answer.TryGetProperty("status", out var status) && status.GetInt32() is not 503)
                        {
                            Wrong.Enqueue(answer.ToString());
                        }
                        else
                        {
                            done = answer.TryGetProperty("lines", out var count) && count.GetInt32() == ids.Count && answer.GetProperty("refused").GetInt32() == 0;
                        }
                    }
                }
                catch (Exception cut) when (cut is HttpRequestException or IOException or JsonException)
                {
                    await Task.Delay(50, CancellationToken.None);
                }
            }
        }
    }

    private async Task UntilAcknowledgedAsync(string id, Func<Task<Answered>> post)
    {
        while (true)
        {
            try
            {
                var answer = await post();
                if (answer.Status is 200 or 201)
                {
                    Take(id, answer.Position);
                    return;
                }

                if (answer.Status is not 503 || answer.Headers.RetryAfter is null)
                {
                    Wrong.Enqueue($"{id}: {answer.Status} {answer.Body}");
                    return;
                }

                Interlocked.Increment(ref Told503);
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                // Killed; it comes back.
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>An acknowledgement is for ever: a second one must say the same.</summary>
    private void Take(string id, long position)
    {
        if (Acknowledged.GetOrAdd(id, position) != position)
        {
            Wrong.Enqueue($"{id} was acknowledged at {Acknowledged[id]} and at {position}");
        }
    }

    private HttpClient Client()
    {
        var client = new HttpClient { BaseAddress = service, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = key;
        return client;
    }
}
