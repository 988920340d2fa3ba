using System.Globalization;
using System.Text;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Audit;

/// <summary>GET /v1/events/live: every event as it is recorded, by Server-Sent Events. The id of each is its position, so that
/// <c>Last-Event-ID</c> goes on without a gap. A client is served at its own pace, from the database: nothing is queued for it.</summary>
public static class LiveEventsEndpoint
{
    /// <summary>Silence after which a line is sent that says nothing: so that proxies keep the connection, and we learn who is gone.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Between two looks whether the key still opens anything.</summary>
    private static readonly TimeSpan LookAtKey = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events/live", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("live-events").DisableHttpMetrics();

    private static async Task AnswerAsync(HttpContext http, StoredEvents events, LedgerEnd ledgerEnd, IAdmission admission, TimeProvider clock,
        IHostApplicationLifetime lifetime)
    {
        var query = QueryParameters.Of(http, "after");
        // A browser that connects again repeats the address and adds the header, which is newer.
        var last = LastEventId(http);
        var asked = query.Number("after", 0, long.MaxValue);
        var after = last ?? asked;
        var end = await ledgerEnd.BeginAsync(after, last is null ? "?after" : "Last-Event-ID", http.RequestAborted);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Response.Headers["Ledger-Position"] = end.ToString(CultureInfo.InvariantCulture);
        if (JsonResponse.IsHead(http))
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await SendAsync(http, after ?? end, end, events, ledgerEnd, admission, clock, either.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // An orderly end: the client connects again, here or elsewhere, and goes on where it was.
        }
    }

    private static async Task SendAsync(HttpContext http, long at, long end, StoredEvents events, LedgerEnd ledgerEnd, IAdmission admission, TimeProvider clock,
        CancellationToken cancellation)
    {
        using var lines = new EventLines();
        await SendTextAsync(http, $": the ledger ends at {end}\n\n", cancellation);
        var looked = clock.GetTimestamp();
        while (true)
        {
            // While events come as well as in silence: a key that was revoked since, or has expired, hears no more of them.
            if (clock.GetElapsedTime(looked) > LookAtKey)
            {
                looked = clock.GetTimestamp();
                if (!await admission.IsStillAdmittedAsync(http, cancellation))
                {
                    return;
                }
            }

            var batch = await events.ReadAsync(at, end, Limits.EventsPerQuery, cancellation);
            foreach (var one in batch)
            {
                lines.Add(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {one.Position}\ndata: ")), one, "\n\n"u8);
                at = one.Position;
            }

            await lines.SendAsync(http.Response.Body, cancellation);
            if (batch.Count == Limits.EventsPerQuery)
            {
                continue;
            }

            at = Math.Max(at, end);
            while ((end = await ledgerEnd.BeyondAsync(at, Heartbeat, cancellation)) <= at)
            {
                if (!await admission.IsStillAdmittedAsync(http, cancellation))
                {
                    return;
                }

                await SendTextAsync(http, ":\n\n", cancellation);
            }
        }
    }

    private static async Task SendTextAsync(HttpContext http, string text, CancellationToken cancellation)
    {
        await http.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(text), cancellation);
        await http.Response.Body.FlushAsync(cancellation);
    }

    private static long? LastEventId(HttpContext http) => http.Request.Headers["Last-Event-ID"] switch
    {
        [] or [""] => null,
        [{ } text] when Digits.TryParse(text, out var position) => position,
        _ => throw new ProblemException(ProblemKinds.BadParameter, "Last-Event-ID: not a position."),
    };
}
