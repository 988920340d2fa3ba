using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Facts;

namespace Ledger.Tests.Reports;

/// <summary>What an import answered: a line for each of its lines, and the counts.</summary>
internal sealed record Import(IReadOnlyList<JsonElement> Lines, JsonElement Last)
{
    public IReadOnlyList<int> Statuses => [.. Lines.Select(x => x.GetProperty("status").GetInt32())];

    public long Count(string name) => Last.GetProperty(name).GetInt64();

    public static Task<Import> PostAsync(HttpClient client, params IEnumerable<JsonObject> lines) => PostAsync(client, FileOf(lines));

    public static async Task<Import> PostAsync(HttpClient client, string file, string query = "") => await PostAsync(client, Encoding.UTF8.GetBytes(file), query);

    public static async Task<Import> PostAsync(HttpClient client, byte[] file, string query = "")
    {
        using var content = new ByteArrayContent(file);
        return await PostAsync(client, content, query);
    }

    public static async Task<Import> PostAsync(HttpClient client, HttpContent content, string query = "")
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await client.PostAsync($"/v1/imports{query}", content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == 200, text);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        return Read(text);
    }

    /// <summary>Reads the answers; they must be complete, in order, and add up.</summary>
    public static Import Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(x => JsonElement.Parse(x)).ToList();
        var import = new Import(lines[..^1], lines[^1]);
        // Empty lines have no answer, and numbers count them.
        var numbers = import.Lines.Select(x => x.GetProperty("line").GetInt32()).ToList();
        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.Equal(import.Lines.Count, import.Count("lines"));
        Assert.Equal(import.Statuses.Count(x => x == 201), import.Count("created"));
        Assert.Equal(import.Statuses.Count(x => x == 200), import.Count("existing"));
        Assert.Equal(import.Statuses.Count(x => x >= 400), import.Count("refused"));
        Assert.Equal(import.Lines.Select(x => x.TryGetProperty("position", out var position) ? position.GetInt64() : 0).Append(0).Max(), import.Count("position"));
        return import;
    }

    public static string FileOf(IEnumerable<JsonObject> lines) => string.Concat(lines.Select(x => x.ToJsonString() + "\n"));

    /// <summary>A report as a line: it names its kind.</summary>
    public static JsonObject Line(string path, JsonObject body)
    {
        body.Insert(0, "kind", ReportBodies.KindOf(path));
        return body;
    }

    public static JsonObject Delivery(string id, string recipient = "KGZ", string platform = "orlan-10", long n = 3) =>
        Line("deliveries", ReportBodies.Delivery(id, recipient, platform, n));
}
