using System.Net.Http.Headers;
using Ledger.Dashboard;
using Ledger.Problems;
using Ledger.Tests.Harness;
using Ledger.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Access;

/// <summary>Who may call what.</summary>
public sealed class ScopeTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Fact]
    public async Task Every_call_is_closed_to_who_has_no_key_but_those_that_are_open_to_everyone()
    {
        using var nobody = _service.Client(null);
        foreach (var (method, path, scope) in Calls())
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await nobody.SendAsync(request, TestContext.Current.CancellationToken);
            if (scope is null)
            {
                Assert.True((int)response.StatusCode is 200 or 404, $"{method} {path} is open: {response.StatusCode}");
            }
            else
            {
                Assert.True((int)response.StatusCode == 401, $"{method} {path}: {response.StatusCode}");
                Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
            }
        }
    }

    [Fact]
    public async Task Every_call_is_closed_to_keys_of_other_scopes()
    {
        foreach (var (method, path, scope) in Calls().Where(x => x.Scope is not null))
        {
            foreach (var other in Scopes.All.Where(x => x != scope))
            {
                using var client = _service.Client(other);
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.True((int)response.StatusCode == 403, $"{method} {path} with {other}: {response.StatusCode}");
            }

            using var right = _service.Client(scope);
            using var allowed = new HttpRequestMessage(new HttpMethod(method), path);
            using var answer = await right.SendAsync(allowed, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.False((int)answer.StatusCode is 401 or 403 or 500, $"{method} {path} with {scope}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task The_calls_that_are_open_to_everyone_are_these_and_no_others()
    {
        string[] open = ["/health/", "/problems", "/openapi/", "/docs", "/assets/"];
        var pages = DashboardPages.All.Select(x => Filled(RoutePatternFactory.Parse(x.Pattern))).ToHashSet();

        Assert.All(Calls().Where(x => x.Scope is null && !(x.Method == "GET" && pages.Contains(x.Path))),
            x => Assert.Contains(open, start => x.Path.StartsWith(start, StringComparison.Ordinal)));
        // The pages hold nothing of the ledger: what they show they ask for with the visitor's key.
        Assert.DoesNotContain(pages, x => x.StartsWith("/v1", StringComparison.Ordinal));
        Assert.All(Calls().Where(x => x.Method == "POST" && x.Path.StartsWith("/v1/", StringComparison.Ordinal)), x => Assert.NotEqual(Scopes.Read, x.Scope));
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData(null, "/v1/nowhere", 401)]
    [InlineData("read", "/v1/nowhere", 404)]
    [InlineData(null, "/v2/countries", 401)]
    [InlineData("admin", "/v2/countries", 404)]
    [InlineData(null, "/.env", 401)]
    [InlineData("report", "/v1/deliveries/", 405)]
    public async Task Who_has_no_key_learns_not_even_what_is_there(string? scope, string path, int status)
    {
        Assert.Equal(status, (await Service.GetAsync(_service.Client(scope), path)).Status);
    }

    [Theory]
    [InlineData("GET", "/v1/deliveries", "POST")]
    [InlineData("DELETE", "/v1/countries", "GET")]
    [InlineData("PUT", "/v1/keys", "GET, POST")]
    [InlineData("PATCH", "/v1/platforms", "GET, POST")]
    public async Task A_wrong_method_is_told_which_ones_are_right(string method, string path, string allow)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _service.Reader.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal(allow.Split(", "), response.Content.Headers.Allow.Order(StringComparer.Ordinal));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var unknown = new HttpRequestMessage(new HttpMethod(method), path);
        using var closed = await _service.Client(null).SendAsync(unknown, TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)closed.StatusCode);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer ldg_")]
    [InlineData("Bearer ldg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Basic bGVkZ2VyOmxlZGdlcg==")]
    [InlineData("ldg_")]
    public async Task What_is_no_key_opens_nothing(string header)
    {
        using var client = _service.Client(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        Assert.Equal(401, (await Service.GetAsync(client, "/v1/countries")).Status);
    }

    [Fact]
    public async Task A_key_with_one_letter_changed_opens_nothing()
    {
        var key = _service.Reader.DefaultRequestHeaders.Authorization!.Parameter!;
        foreach (var wrong in new[] { key[..^1], key + "A", key[..^2] + (key[^2] == 'A' ? 'B' : 'A') + key[^1], key.ToUpperInvariant() })
        {
            using var client = _service.Client(null);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", wrong);
            Assert.Equal(401, (await Service.GetAsync(client, "/v1/countries")).Status);
        }
    }

    /// <summary>Every call that the service has, with its parameters filled in, and the scope that its endpoint names.</summary>
    private IEnumerable<(string Method, string Path, string? Scope)> Calls() =>
        from endpoint in _service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let needs = endpoint.Metadata.GetMetadata<RequiresScope>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select (method, Filled(endpoint.RoutePattern), needs is null ? "" : needs.Scope);

    private static string Filled(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part is RoutePatternLiteralPart literal ? literal.Content : "x"))));
}
