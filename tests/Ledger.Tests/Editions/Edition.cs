using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Ledger.Tests.Editions;

/// <summary>What an edition's import answered.</summary>
internal sealed record Edition(int Status, string Body)
{
    private IReadOnlyList<JsonElement> All => field ??= [.. Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(x => JsonElement.Parse(x))];

    public JsonElement Last => All[^1];

    public JsonElement Problem => JsonElement.Parse(Body);

    /// <summary>The lines of the file's records.</summary>
    public IReadOnlyList<JsonElement> Rows => [.. All.Where(x => x.TryGetProperty("line", out _))];

    public IReadOnlyList<JsonElement> Of(string member) => [.. All.SkipLast(1).Where(x => x.TryGetProperty(member, out _))];

    public long Count(string name) => Last.GetProperty(name).GetInt64();

    public static Task<Edition> PostAsync(HttpClient client, string file, string? published = null) => PostAsync(client, Encoding.UTF8.GetBytes(file), published);

    /// <summary>Posts a register and reads the answer; its last line must be there, and add up.</summary>
    public static async Task<Edition> PostAsync(HttpClient client, byte[] file, string? published = null)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var response = await client.PostAsync($"/v1/editions/sipri{(published is null ? "" : $"?published={published}")}", content, TestContext.Current.CancellationToken);
        var edition = new Edition((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if (edition.Status == 200)
        {
            Assert.Equal(edition.Rows.Count, edition.Count("lines"));
            Assert.Equal(edition.Rows.Count(x => x.TryGetProperty("problem", out _)), edition.Count("refused"));
            Assert.Equal(edition.Rows.Count(x => x.TryGetProperty("row", out _)), edition.Count("new") + edition.Count("changed") + edition.Count("unchanged"));
            Assert.Equal(edition.Of("delisted").Count, edition.Count("delisted"));
        }

        return edition;
    }
}
