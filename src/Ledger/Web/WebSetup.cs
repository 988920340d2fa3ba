namespace Ledger.Web;

/// <summary>Registers the room: its service, its middleware, its routes.</summary>
public static class WebSetup
{
    public static void AddWeb(this IServiceCollection services)
    {
        services.AddSingleton<ProblemTranslator>();
        Compression.Add(services);
    }

    /// <summary>Adds the outermost middleware, which handles the exceptions of all that follow.</summary>
    public static void UseWeb(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            if (HttpMethods.IsHead(http.Request.Method))
            {
                // A HEAD is handled as a GET (RFC 9110, 9.3.2); the server knows the original method and drops the body.
                http.Request.Method = HttpMethods.Get;
                http.Items[JsonResponse.Head] = true;
            }

            http.Response.OnStarting(static state =>
            {
                var response = (HttpResponse)state;
                response.Headers.XContentTypeOptions = "nosniff";
                Compression.Describe(response);
                return Task.CompletedTask;
            }, http.Response);
            return next(http);
        });
        app.UseResponseCompression();
        app.UseMiddleware<QueryDurationMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
    }

    public static void MapWeb(this IEndpointRouteBuilder routes) => ProblemPagesEndpoint.Map(routes);
}
