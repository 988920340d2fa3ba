using System.Net;
using System.Text;

namespace Ledger.Tests.Host;

public class DescribedAnswersTests
{
    private const string Live = """{"status":"live"}""";
    private const string NotFound = """{"type":"urn:ledger:problem:not-found","title":"There is no such thing","status":404,"detail":"…"}""";

    [Fact]
    public async Task An_answer_as_described_passes_and_can_still_be_read()
    {
        using var response = await SendAsync("GET", "/health/live", 200, Live);
        Assert.Equal(Live, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET", "/health/live", 200, """{"status":"dead"}""", "application/json", "/status: const")]
    [InlineData("GET", "/health/live", 200, """{"status":"live","more":1}""", "application/json", "/more: is not described")]
    [InlineData("GET", "/health/live", 200, """{"status":"live","status":"live"}""", "application/json", "not JSON: Duplicate")]
    [InlineData("GET", "/health/live", 200, """{"status":""", "application/json", "not JSON")]
    [InlineData("GET", "/health/live", 200, "live", "text/plain", "media type text/plain")]
    [InlineData("GET", "/health/live", 418, Live, "application/json", "does not describe the status 418")]
    [InlineData("GET", "/health/live", 500, Live, "application/json", "does not describe the status 500")]
    [InlineData("GET", "/v1/nowhere", 200, Live, "application/json", "only 401, 404 or 405")]
    [InlineData("PUT", "/v1/countries", 404, """{"status":404}""", "application/problem+json", "required")]
    [InlineData("PUT", "/v1/countries", 401, NotFound, "application/problem+json", "status is not that of HTTP")]
    [InlineData("PUT", "/v1/countries", 405, NotFound, "application/problem+json", "lacks the header Allow")]
    [InlineData("DELETE", "/v1/keys/0", 204, "x", "text/plain", "none is described")]
    [InlineData("GET", "/v1/countries", 200, "recipient\r\n", "text/csv", "has the columns")]
    public async Task An_answer_that_is_not_described_fails_and_says_why(string method, string path, int status, string body, string type, string why)
    {
        var fault = await Assert.ThrowsAsync<UndescribedAnswerException>(() => SendAsync(method, path, status, body, type));
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Assert.Contains($"{method} {path} → {status}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_nosniff_or_with_a_banner_fails()
    {
        var fault = await Assert.ThrowsAsync<UndescribedAnswerException>(() => SendAsync("GET", "/health/live", 200, Live, change: x => x.Headers.Remove("X-Content-Type-Options")));
        Assert.Contains("nosniff", fault.Message, StringComparison.Ordinal);
        fault = await Assert.ThrowsAsync<UndescribedAnswerException>(() => SendAsync("GET", "/health/live", 200, Live, change: x => x.Headers.Add("Server", "Kestrel")));
        Assert.Contains("server", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_line_of_an_import_is_checked_as_it_is_read()
    {
        const string good = """{"lines":0,"created":0,"existing":0,"refused":0,"position":0}""";
        using var response = await SendAsync("POST", "/v1/imports", 200, good + "\n", "application/x-ndjson");
        Assert.Equal(good + "\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var fault = await Assert.ThrowsAsync<UndescribedAnswerException>(() => SendAsync("POST", "/v1/imports", 200, good + "\n{\"line\":1}\n", "application/x-ndjson"));
        Assert.Contains("line 2", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(string method, string path, int status, string body, string type = "application/json",
        Action<HttpResponseMessage>? change = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        change?.Invoke(response);
        using var client = new HttpClient(new DescribedAnswers(new Fixed(response)));
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://localhost" + path);
        return await client.SendAsync(request);
    }

    private sealed class Fixed(HttpResponseMessage response) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(response);
    }
}
