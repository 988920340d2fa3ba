using System.Globalization;
using System.Text;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Audit;

/// <summary>GET /v1/events/live: every event as it is recorded, by Server-Sent Events. The id of each is its position, so that a client
/// resumes without a gap by <c>Last-Event-ID</c>. Each stream reads from the database at its client's pace: nothing is queued in
/// memory.</summary>
public static class LiveEventsEndpoint
{
    /// <summary>Time without an event after which an empty comment is sent, so that proxies keep the connection open and a closed one is
    /// detected.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Between two checks that the key is still valid.</summary>
    private static readonly TimeSpan KeyCheckInterval = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events/live", RespondAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("live-events")
            .DisableHttpMetrics();

    private static async Task RespondAsync(HttpContext http, StoredEvents events, LedgerEnd ledgerEnd, IAdmission admission,
        TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        var query = QueryParameters.Of(http, "after", "recipient");
        var recipient = query.Code("recipient");
        // A browser that reconnects repeats the address and adds the header, which is newer.
        var last = LastEventId(http);
        var after = query.Number("after", 0, long.MaxValue);
        // The id of an event that this ledger never had, or has no more: it was restored from a backup, or is another one.
        var end = await ledgerEnd.BeginAsync(last is null ? after : null, "?after", http.RequestAborted);
        var isReset = last > end;
        after = isReset ? end : last ?? after;
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
            await SendTextAsync(http, $": the ledger ends at {end}\n\n", either.Token);
            if (isReset)
            {
                await SendTextAsync(http, $"event: reset\nid: {end}\ndata: {{\"position\":{end}}}\n\n", either.Token);
            }

            await SendAsync(http, recipient, after ?? end, end, events, ledgerEnd, admission, clock, either.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // An orderly end of the response: the client reconnects, here or to another node, and resumes.
        }
    }

    private static async Task SendAsync(HttpContext http, string? recipient, long at, long end, StoredEvents events, LedgerEnd ledgerEnd,
        IAdmission admission, TimeProvider clock, CancellationToken cancellation)
    {
        using var lines = new EventLines();
        var keyChecked = clock.GetTimestamp();
        var sent = at;
        while (true)
        {
            // Checked also between events: a key that was revoked or has expired since gets no more of them.
            if (clock.GetElapsedTime(keyChecked) > KeyCheckInterval)
            {
                keyChecked = clock.GetTimestamp();
                if (!await admission.IsStillAdmittedAsync(http, cancellation))
                {
                    return;
                }
            }

            var batch = await events.ReadAsync(at, end, Limits.EventsPerQuery, cancellation);
            foreach (var one in batch)
            {
                at = one.Position;
                if (recipient is not null && !one.IsOf(recipient))
                {
                    continue;
                }

                var before = string.Create(CultureInfo.InvariantCulture, $"id: {one.Position}\ndata: ");
                lines.Add(Encoding.ASCII.GetBytes(before), one, "\n\n"u8);
                sent = at;
            }

            if (sent < at)
            {
                // An id alone is no event, but the client resumes after what was passed over.
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"id: {at}\n\n"));
                sent = at;
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
        _ => throw QueryParameters.BadHeader("Last-Event-ID", "Not a position."),
    };
}
