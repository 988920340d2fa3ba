using Ledger.Tests.Harness;

namespace Ledger.Tests.Web;

/// <summary>What browsers, proxies and monitors ask beside GET.</summary>
public class BrowserTests(BrowserTests.WithOrigins with) : IClassFixture<BrowserTests.WithOrigins>
{
    private const string Origin = "https://analyst.example";

    private readonly Service _service = with.Service;

    public sealed class WithOrigins : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Service = await Service.StartAsync(null, "--Ledger:AllowedOrigins:0", Origin, "--Ledger:AllowedOrigins:1", "https://other.example");

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }

    private static string? Header(Answered answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_ask_beforehand_without_a_key()
    {
        foreach (var (path, method) in new[] { ("/v1/countries/KGZ/fleet", "GET"), ("/v1/deliveries", "POST"), ("/v1/imports", "POST") })
        {
            var answer = await _service.Client(null).SendAsync(HttpMethod.Options, path, ("Origin", Origin), ("Access-Control-Request-Method", method),
                ("Access-Control-Request-Headers", "authorization,content-type,if-none-match,ledger-position"));
            Assert.Equal(204, answer.Status);
            Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin"));
            Assert.Contains("authorization", Header(answer, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
            Assert.Contains(method, Header(answer, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
            Assert.Null(Header(answer, "Access-Control-Allow-Credentials"));
        }
    }

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_read_answers_and_refusals_and_their_headers()
    {
        foreach (var (client, path, status) in new[] { (_service.Reader, "/v1/countries", 200), (_service.Reader, "/v1/countries?asof=1", 400),
            (_service.Reader, "/v1/countries/QQQ/fleet", 404), (_service.Client(null), "/v1/countries", 401), (_service.Reporter, "/v1/countries", 403) })
        {
            var answer = await client.SendAsync(HttpMethod.Get, path, ("Origin", Origin));
            Assert.Equal(status, answer.Status);
            Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin"));
            foreach (var exposed in (string[])["ETag", "Ledger-Position", "Link", "Location", "Retry-After"])
            {
                Assert.Contains(exposed, Header(answer, "Access-Control-Expose-Headers"), StringComparison.OrdinalIgnoreCase);
            }

            Assert.Contains("Origin", Header(answer, "Vary"), StringComparison.Ordinal);
        }

        Assert.Contains("Accept", Header(await _service.Reader.SendAsync(HttpMethod.Get, "/v1/countries", ("Origin", Origin)), "Vary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_any_other_origin_may_not()
    {
        foreach (var origin in (string[])["https://evil.example", "http://analyst.example", "https://analyst.example.evil.example", "null"])
        {
            var asked = await _service.Client(null).SendAsync(HttpMethod.Options, "/v1/countries", ("Origin", origin), ("Access-Control-Request-Method", "GET"));
            Assert.Null(Header(asked, "Access-Control-Allow-Origin"));
            Assert.Null(Header(await _service.Reader.SendAsync(HttpMethod.Get, "/v1/countries", ("Origin", origin)), "Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task HEAD_answers_like_GET_without_the_body()
    {
        var posted = await ReportBuilder.Report("KGZ", "aksungur", 3).PostAsync(_service);
        await _service.AskAsync("/v1/countries", posted.Position);
        foreach (var path in (string[])["/v1/countries?asOf=2023-01-01", "/v1/countries/KGZ/fleet?asOf=2023-01-01", "/v1/countries/KGZ/fleet/aksungur?asOf=2023-01-01",
            "/v1/platforms", "/v1/reports", "/v1/vocabulary", "/health/live", "/health/ready", "/v1/countries/QQQ/fleet", "/v1/countries?asof=1"])
        {
            var get = await _service.Reader.SendAsync(HttpMethod.Get, path);
            var head = await _service.Reader.SendAsync(HttpMethod.Head, path);
            Assert.Equal((get.Status, get.MediaType), (head.Status, head.MediaType));
            Assert.Empty(head.Body);
            Assert.Equal(Header(get, "ETag"), Header(head, "ETag"));
            Assert.Equal(Header(get, "Cache-Control"), Header(head, "Cache-Control"));
        }

        Assert.Equal(401, (await _service.Client(null).SendAsync(HttpMethod.Head, "/v1/countries")).Status);
        Assert.Equal(405, (await _service.Reporter.SendAsync(HttpMethod.Head, "/v1/deliveries")).Status);
    }

    [Fact]
    public async Task Every_answer_forbids_guessing_its_type_and_names_no_server()
    {
        foreach (var path in (string[])["/v1/countries", "/health/live", "/v1/nowhere", "/problems", "/v1/countries?x=1"])
        {
            var answer = await _service.Reader.SendAsync(HttpMethod.Get, path);
            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
            Assert.Null(Header(answer, "Server"));
        }
    }
}
