using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Ledger.Dashboard;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Dashboard;

/// <summary>How the files of the dashboard are served.</summary>
public sealed partial class ServingTests(OneService one) : IClassFixture<OneService>
{
    [Fact]
    public async Task Every_page_is_served_to_everyone_and_all_that_it_loads_is_kept_for_ever()
    {
        using var client = Browser();
        foreach (var (pattern, module) in DashboardPages.All)
        {
            using var page = await GetAsync(client, Parameter().Replace(pattern, "x"));
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.Contains("no-cache", page.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Contains("default-src 'self'", Header(page, "Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Contains("require-trusted-types-for 'script'", Header(page, "Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal("no-referrer", Header(page, "Referrer-Policy"));
            Assert.Equal("nosniff", Header(page, "X-Content-Type-Options"));
            var body = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains($"js/pages/{module}.js\"", body, StringComparison.Ordinal);
            var assets = Asset().Matches(body).Select(x => x.Value).ToList();
            Assert.True(assets.Count > 10, body);
            foreach (var asset in assets)
            {
                using var file = await GetAsync(client, asset);
                Assert.True(file.StatusCode == HttpStatusCode.OK, asset);
                Assert.Equal("public, max-age=31536000, immutable", file.Headers.CacheControl!.ToString());
                // What fits into one packet is sent as it is.
                Assert.True(file.Content.Headers.ContentEncoding.Contains("br") || file.Content.Headers.ContentLength <= 1024, asset);
            }
        }
    }

    [Fact]
    public async Task A_page_that_is_held_is_not_sent_again_in_whatever_coding()
    {
        foreach (var coding in (string[])["br", "gzip", "identity"])
        {
            using var client = Browser(coding);
            using var first = await GetAsync(client, "/");
            Assert.Equal(coding == "identity" ? [] : [coding], first.Content.Headers.ContentEncoding);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using var again = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        }
    }

    [Fact]
    public async Task Files_of_another_version_and_files_that_are_not_there_are_not_found_and_not_kept()
    {
        using var client = Browser();
        using var page = await GetAsync(client, "/");
        var asset = Asset().Match(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Value;
        foreach (var path in (string[])[Version().Replace(asset, "/assets/0123456789abcdef/"), Version().Replace(asset, "$&nothing/"), "/assets/x/y", "/assets/../appsettings.json"])
        {
            using var missing = await GetAsync(client, path);
            Assert.NotEqual(HttpStatusCode.OK, missing.StatusCode);
            Assert.DoesNotContain("immutable", missing.Headers.CacheControl?.ToString() ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_address_that_is_none_is_a_page_for_a_browser_and_a_problem_for_a_client()
    {
        using var client = Browser();
        using var page = await GetAsync(client, "/nowhere/at/all");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        using var below = await GetAsync(client, "/v1/nothing");
        Assert.Equal("application/problem+json", below.Content.Headers.ContentType?.MediaType);
        using var plain = new HttpClient { BaseAddress = one.Service.Address };
        using var problem = await GetAsync(plain, "/nowhere/at/all");
        Assert.Equal("application/problem+json", problem.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public void The_router_in_the_browser_knows_the_pages_that_the_service_does()
    {
        var router = File.ReadAllText(Path.Combine(TidyTests.Root, "src/Ledger/Dashboard/js/app.js"));
        var known = Page().Matches(router).Select(x => (x.Groups[1].Value, x.Groups[2].Value)).Order();
        Assert.Equal(DashboardPages.All.Select(x => (Parameter().Replace(x.Pattern, "{}"), x.Module)).Order(), known);
    }

    private HttpClient Browser(string coding = "br")
    {
        var client = new HttpClient { BaseAddress = one.Service.Address };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue(coding));
        // As a browser does; the tests read what is not compressed.
        return coding == "br" ? new HttpClient(new Unpacked()) { BaseAddress = client.BaseAddress, DefaultRequestHeaders = { { "Accept", "text/html" }, { "Accept-Encoding", "br" } } } : client;
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string path) => client.GetAsync(path, TestContext.Current.CancellationToken);

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    /// <summary>Unpacks Brotli, and leaves its header, which the tests look at.</summary>
    private sealed class Unpacked : DelegatingHandler
    {
        public Unpacked() : base(new HttpClientHandler())
        {
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Content.Headers.ContentEncoding.Contains("br"))
            {
                await using var packed = await response.Content.ReadAsStreamAsync(cancellationToken);
                await using var brotli = new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionMode.Decompress);
                var plain = new MemoryStream();
                await brotli.CopyToAsync(plain, cancellationToken);
                var unpacked = new ByteArrayContent(plain.ToArray());
                foreach (var header in response.Content.Headers.Where(x => x.Key != "Content-Length"))
                {
                    unpacked.Headers.TryAddWithoutValidation(header.Key, header.Value);
                }

                response.Content = unpacked;
            }

            return response;
        }
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("/assets/[^\"]+")]
    private static partial Regex Asset();

    [GeneratedRegex("/assets/[0-9a-f]+/")]
    private static partial Regex Version();

    [GeneratedRegex(@"\['(/[^']*)', '(\w+)'\]")]
    private static partial Regex Page();
}
