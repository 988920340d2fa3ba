using System.Globalization;
using System.Text.Json;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>The exception middleware: writes every exception, and every error status without a body, as a problem (RFC 9457).</summary>
public sealed class ProblemMiddleware(RequestDelegate next, ProblemTranslator translator, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (!http.Response.HasStarted && OfStatus(http) is { } problem)
            {
                await WriteAsync(http, problem);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            // The client closed the connection: there is no response to write.
        }
        catch (Exception fault)
        {
            var problem = translator.ProblemOf(fault);
            if (problem.Kind.Status == StatusCodes.Status500InternalServerError)
            {
                LogFault(log, http.Request.Method, http.Request.Path, ProblemTranslator.Trace, fault);
            }
            else if (problem.Kind == ProblemKinds.Unavailable && fault is not ProblemException)
            {
                LogAway(log, fault.GetBaseException().Message, null);
            }
            else if (problem.Kind == ProblemKinds.Slow && fault is not ProblemException)
            {
                LogSlow(log, http.Request.Method, http.Request.Path, fault.GetBaseException().Message, null);
            }

            if (http.Response.HasStarted || Compression.HasBegun(http.Response))
            {
                // Part of the response is sent: only cutting the connection shows the client that the rest is missing.
                http.Abort();
                return;
            }

            await WriteAsync(http, problem);
        }
    }

    /// <summary>Writes a problem as the whole response. On an endpoint that takes reports it counts in the metric of refused
    /// reports.</summary>
    public static async Task WriteAsync(HttpContext http, ProblemException problem)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RequiresScope>()?.Scope == Scopes.Report)
        {
            http.RequestServices.GetRequiredService<LedgerMetrics>().ReportRefused(problem);
        }

        var response = http.Response;
        var allow = response.Headers.Allow;
        response.Clear();
        response.StatusCode = problem.Kind.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        response.Headers.Link = $"</problems/{problem.Kind.Slug}>; rel=\"help\"";
        if (problem.Kind.Status == StatusCodes.Status405MethodNotAllowed)
        {
            response.Headers.Allow = allow;
        }

        if (problem.Kind.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (problem.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var body = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body, Json.Writing))
        {
            problem.Write(writer);
        }

        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted);
    }

    private static ProblemException? OfStatus(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new(ProblemKinds.NotFound, $"Nothing is served at {http.Request.Path}."),
        StatusCodes.Status405MethodNotAllowed => new(ProblemKinds.MethodNotAllowed,
            $"{http.Request.Path} does not take {http.Request.Method}."),
        _ => null,
    };

    private static readonly Action<ILogger, string, string, string, Exception?> LogFault = LoggerMessage.Define<string, string, string>(
        LogLevel.Error, new EventId(1, "Fault"), "{Method} {Path} failed, and should not have. Trace {Trace}.");

    private static readonly Action<ILogger, string, Exception?> LogAway = LoggerMessage.Define<string>(LogLevel.Warning,
        new EventId(2, "DatabaseAway"), "The database is away: {Reason}");

    private static readonly Action<ILogger, string, string, string, Exception?> LogSlow = LoggerMessage.Define<string, string, string>(
        LogLevel.Warning, new EventId(3, "DatabaseSlow"),
        "{Method} {Path} was answered with 503: the database did not answer in time: {Reason}");
}
