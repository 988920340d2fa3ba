namespace Ledger.Web;

/// <summary>What the room registers: what every answer passes, its routes.</summary>
public static class WebSetup
{
    public static void AddWeb(this IServiceCollection services) => services.AddSingleton<ProblemTranslator>();

    /// <summary>In front of everything: whatever is thrown or left unanswered behind it becomes a problem.</summary>
    public static void UseWeb(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            if (HttpMethods.IsHead(http.Request.Method))
            {
                // A HEAD is a GET whose body stays behind (RFC 9110, 9.3.2): the server itself remembers, and drops what is written.
                http.Request.Method = HttpMethods.Get;
                http.Items[JsonResponse.Head] = true;
            }

            http.Response.OnStarting(static state =>
            {
                ((HttpResponse)state).Headers.XContentTypeOptions = "nosniff";
                return Task.CompletedTask;
            }, http.Response);
            return next(http);
        });
        app.UseMiddleware<QueryDurationMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
    }

    public static void MapWeb(this IEndpointRouteBuilder routes) => ProblemPagesEndpoint.Map(routes);
}
