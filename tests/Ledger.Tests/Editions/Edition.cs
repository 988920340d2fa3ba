using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Editions;

/// <summary>An import of an edition over HTTP: the answer to its post, its state, its lines.</summary>
internal sealed record Edition(int Status, JsonElement State, IReadOnlyList<JsonElement> Lines)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(400);

    public string Id => State.Text("id")!;

    public string Word => State.Text("state")!;

    /// <summary>The refusal of the post, or why the import failed.</summary>
    public JsonElement Problem => Status >= 400 ? State : State.GetProperty("problem");

    public JsonElement Summary => State.GetProperty("summary");

    /// <summary>The lines of the file's records.</summary>
    public IReadOnlyList<JsonElement> Rows => [.. Lines.Where(x => x.GetProperty("line").ValueKind == JsonValueKind.Number)];

    /// <summary>The lines of a finding.</summary>
    public IReadOnlyList<JsonElement> Of(string finding) => [.. Lines.Where(x => x.Text("finding") == finding)];

    public long Count(string name) => name == "position" ? State.Long("position") : Summary.GetProperty(name).GetInt64();

    public static Task<Edition> PostAsync(Service service, string file, string? published = null) => PostAsync(service, Encoding.UTF8.GetBytes(file), published);

    /// <summary>Posts a register, waits for the end of its import and reads its lines; they must add up to the summary.</summary>
    public static async Task<Edition> PostAsync(Service service, byte[] file, string? published = null)
    {
        var posted = await SendAsync(service.Reporter, file, published);
        if (posted.Status >= 400)
        {
            return posted;
        }

        var ended = (await EndAsync(service.Reader, posted.Id)) with { Status = posted.Status };
        if (ended.Word == "done")
        {
            Assert.Equal(ended.Rows.Count, ended.Count("lines"));
            Assert.Equal(ended.Rows.Count(x => x.GetProperty("problem").ValueKind == JsonValueKind.Object), ended.Count("refused"));
            Assert.All((string[])["new", "changed", "grown", "moved", "renamed", "unchanged", "delisted", "undecided", "superseded", "broken", "defined", "unresolved"],
                x => Assert.Equal(ended.Lines.Count(line => line.Text("status") == x), ended.Count(x)));
            Assert.DoesNotContain(ended.Lines, x => x.Text("status") == "pending");
        }

        return ended;
    }

    /// <summary>Posts a register, and takes what is answered.</summary>
    public static async Task<Edition> SendAsync(HttpClient client, byte[] file, string? published = null, string? prefer = null)
    {
        // A day, with further parameters behind it; or parameters alone.
        var query = published is null ? "" : char.IsAsciiDigit(published[0]) || !published.Contains('=', StringComparison.Ordinal) ? $"?published={published}" : $"?{published}";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/editions/sipri{query}") { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        if (prefer is not null)
        {
            request.Headers.Add("Prefer", prefer);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var state = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if (response.IsSuccessStatusCode)
        {
            Assert.Equal($"/v1/editions/{state.Text("id")}", response.Headers.Location!.ToString());
        }

        Assert.Equal(prefer is not null && response.IsSuccessStatusCode, response.Headers.Contains("Preference-Applied"));
        return new Edition((int)response.StatusCode, state, []);
    }

    /// <summary>Withdraws an edition, waits for the end and reads the lines.</summary>
    public static async Task<Edition> WithdrawAsync(Service service, string published, string reason = "The wrong file.")
    {
        var posted = await Service.PostAsync(service.Reporter, "/v1/editions/sipri/withdrawals", JsonSerializer.Serialize(new { published, reason }));
        return posted.Status >= 400 ? new Edition(posted.Status, posted.Json, []) : (await EndAsync(service.Reader, posted.Json.Text("id")!)) with { Status = posted.Status };
    }

    /// <summary>Waits until an import has ended, and reads its lines.</summary>
    public static async Task<Edition> EndAsync(HttpClient reader, string id)
    {
        var state = await StateAsync(reader, id, x => x.Text("state") is "done" or "failed");
        return new Edition(200, state, await LinesAsync(reader, id));
    }

    /// <summary>Waits until an import's state is such; a wait that gives up fails the test. A service that is away is asked again.</summary>
    public static async Task<JsonElement> StateAsync(HttpClient reader, string id, Func<JsonElement, bool> isIt)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        for (Answered? answer = null; ; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            try
            {
                answer = await Service.GetAsync(reader, $"/v1/editions/{id}");
                if (answer.Status == 200 && isIt(answer.Json))
                {
                    return answer.Json;
                }
            }
            catch (HttpRequestException)
            {
                // Killed, or not there yet.
            }

            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < s_patience, $"{id} did not come so far: {answer?.Body}");
        }
    }

    /// <summary>All lines of an import, page by page.</summary>
    public static async Task<IReadOnlyList<JsonElement>> LinesAsync(HttpClient reader, string id, string? status = null, int limit = 1000)
    {
        var lines = new List<JsonElement>();
        for (var next = ""; next is not null;)
        {
            var page = await Service.GetAsync(reader, string.Create(CultureInfo.InvariantCulture,
                $"/v1/editions/{id}/lines?limit={limit}{(status is null ? "" : $"&status={status}")}{next}"));
            Assert.True(page.Status == 200, page.Body);
            lines.AddRange(page.Json.Items());
            next = page.Json.TryGetProperty("next", out var cursor) ? $"&cursor={cursor.GetString()}" : null;
        }

        return lines;
    }
}
