using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Ledger.Hosting;

/// <summary>The one place that turns every kind of no into an answer: a problem (RFC 9457) that says what is wrong.</summary>
public sealed class Refusals(RequestDelegate next, ILogger<Refusals> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (!http.Response.HasStarted && OfStatus(http) is { } silent)
            {
                await WriteAsync(http, silent);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; nobody is left to tell.
        }
        catch (Exception fault)
        {
            var problem = ProblemOf(fault);
            if (problem.Kind.Status == StatusCodes.Status500InternalServerError)
            {
                LogFault(log, http.Request.Method, http.Request.Path, fault);
            }
            else if (problem.Kind == Problems.Unavailable && fault is not ProblemException)
            {
                LogAway(log, fault.GetBaseException().Message, null);
            }
            else if (problem.Kind == Problems.Slow && fault is not ProblemException)
            {
                LogSlow(log, http.Request.Method, http.Request.Path, fault.GetBaseException().Message, null);
            }

            if (http.Response.HasStarted)
            {
                // Half an answer is out: cutting the connection is the only honest way to say that the rest is missing.
                http.Abort();
                return;
            }

            await WriteAsync(http, problem);
        }
    }

    /// <summary>The problem that an exception means to a client.</summary>
    public static ProblemException ProblemOf(Exception fault) => fault switch
    {
        ProblemException problem => problem,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(Problems.TooLarge,
            $"The body is larger than {Limits.ReportBytes / 1024} KB."),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } late => new(Problems.Timeout, late.Message),
        BadHttpRequestException bad => new(Problems.Malformed, bad.Message),
        _ => DatabaseFault.ProblemOf(fault)
            ?? new(Problems.Fault, $"Something failed that should not. Trace {Activity.Current?.TraceId.ToString() ?? "unknown"}."),
    };

    /// <summary>Writes a problem as the whole answer.</summary>
    public static async Task WriteAsync(HttpContext http, ProblemException problem)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Access.Needs>()?.Scope == Access.Scopes.Report)
        {
            http.RequestServices.GetRequiredService<LedgerMetrics>().ReportRefused(problem);
        }

        var response = http.Response;
        var allow = response.Headers.Allow;
        response.Clear();
        response.StatusCode = problem.Kind.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
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
            problem.Write(writer, OriginOf(http));
        }

        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted);
    }

    /// <summary>Scheme and authority of this service as the client wrote them.</summary>
    public static string OriginOf(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host.ToUriComponent()}";

    private static ProblemException? OfStatus(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new(Problems.NotFound, $"Nothing is served at {http.Request.Path}."),
        StatusCodes.Status405MethodNotAllowed => new(Problems.MethodNotAllowed, $"{http.Request.Path} does not take {http.Request.Method}."),
        StatusCodes.Status415UnsupportedMediaType => new(Problems.MediaType, "This media type is not taken here."),
        _ => null,
    };

    private static readonly Action<ILogger, string, string, Exception?> LogFault = LoggerMessage.Define<string, string>(LogLevel.Error,
        new EventId(1, "Fault"), "{Method} {Path} failed, and should not have.");

    private static readonly Action<ILogger, string, Exception?> LogAway = LoggerMessage.Define<string>(LogLevel.Warning,
        new EventId(2, "DatabaseAway"), "The database is away: {Reason}");

    private static readonly Action<ILogger, string, string, string, Exception?> LogSlow = LoggerMessage.Define<string, string, string>(LogLevel.Warning,
        new EventId(3, "DatabaseSlow"), "{Method} {Path} was answered with 503: the database did not answer in time: {Reason}");
}
