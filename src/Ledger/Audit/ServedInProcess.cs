using System.Text.Json;
using Ledger.Problems;
using Microsoft.AspNetCore.Routing.Template;

namespace Ledger.Audit;

/// <summary>The service's own endpoints on the same database, called without a network, a key or a second running service.</summary>
public sealed class ServedInProcess(WebApplication app) : IServed
{
    private readonly IReadOnlyList<(TemplateMatcher Matcher, RouteEndpoint Endpoint)> _questions =
        [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(x => x.Endpoints).OfType<RouteEndpoint>()
            .Where(x => x.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Get) == true)
            .Select(x => (new TemplateMatcher(TemplateParser.Parse(x.RoutePattern.RawText!), []), x))];

    public async Task<JsonElement> AskAsync(string path, CancellationToken cancellation)
    {
        var at = new Uri(new Uri("http://ledger"), path);
        await using var scope = app.Services.CreateAsyncScope();
        var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancellation };
        http.Request.Method = HttpMethods.Get;
        http.Request.Path = PathString.FromUriComponent(at);
        http.Request.QueryString = QueryString.FromUriComponent(at);
        http.Response.Body = body;
        foreach (var (matcher, endpoint) in _questions)
        {
            if (matcher.TryMatch(http.Request.Path, http.Request.RouteValues))
            {
                await endpoint.RequestDelegate!(http);
                return JsonElement.Parse(body.ToArray());
            }

            http.Request.RouteValues.Clear();
        }

        throw new ProblemException(ProblemKinds.NotFound, $"Nothing is served at {path}.");
    }
}
