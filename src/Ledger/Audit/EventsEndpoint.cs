using System.Globalization;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Web;

namespace Ledger.Audit;

/// <summary>GET /v1/events: the ledger in the order of positions, one event a line (NDJSON), from any position to the end. At most one
/// batch is in memory.</summary>
public static class EventsEndpoint
{
    private static readonly string[] Parameters = ["after", "limit"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events", RespondAsync).WithMetadata(new RequiresScope(Scopes.Audit)).WithName("events");

    private static async Task RespondAsync(HttpContext http, StoredEvents events, LedgerEnd ledgerEnd, IHostApplicationLifetime lifetime)
    {
        var query = QueryParameters.Of(http, Parameters);
        var after = query.Number("after", 0, long.MaxValue) ?? 0;
        var left = query.Number("limit", 1, long.MaxValue) ?? long.MaxValue;
        var end = await ledgerEnd.BeginAsync(after, "?after", http.RequestAborted);
        http.Response.ContentType = "application/x-ndjson";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Ledger-Position"] = end.ToString(CultureInfo.InvariantCulture);
        if (JsonResponse.IsHead(http))
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await SendAsync(http, after, end, left, events, either.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Aborted: an orderly end of the response would mean that it is complete.
            http.Abort();
        }
    }

    private static async Task SendAsync(
        HttpContext http, long after, long end, long left, StoredEvents events, CancellationToken cancellation)
    {
        using var lines = new EventLines();
        IReadOnlyList<StoredEvent> batch;
        do
        {
            batch = await events.ReadAsync(after, end, (int)Math.Min(left, Limits.EventsPerQuery), cancellation);
            foreach (var one in batch)
            {
                lines.Add([], one, "\n"u8);
                after = one.Position;
            }

            left -= batch.Count;
            await lines.SendAsync(http.Response.Body, cancellation);
        }
        while (batch.Count == Limits.EventsPerQuery && left > 0);
    }
}
