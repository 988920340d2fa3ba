using System.Globalization;
using Ledger.Problems;
using Ledger.Web;
using Wolverine.Marten;

namespace Ledger.Editions;

/// <summary>POST /v1/editions/sipri: accepts a whole trade register as CSV; its import is a durable job. POST /v1/editions/{id}/retry:
/// restarts a failed import.</summary>
public static class PostEditionEndpoint
{
    /// <summary>Between two reads of the state by a request that waits for the end of the import.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/editions/sipri", PostAsync).WithMetadata(new RequiresScope(Scopes.Report)).WithName("edition");
        routes.MapPost("/v1/editions/{id}/retry", RetryAsync).WithMetadata(new RequiresScope(Scopes.Admin)).WithName("retryEdition");
    }

    private static async Task PostAsync(HttpContext http, EditionIntake intake, EditionJobs jobs, TimeProvider clock, IMartenOutbox outbox)
    {
        var query = QueryParameters.Of(http, "published", "whole", "selection", "flags");
        var stated = new StatedFile(query.Word("whole", ["true", "false"]) == "true",
            query.Word("selection", ["true", "false"]) == "true", query.Word("flags", ["inherit"]) is not null);
        if (stated is { IsWhole: true, IsSelection: true })
        {
            throw QueryParameters.Bad("selection", "A file is whole or a selection, not both.");
        }

        var published = query.Day("published");
        var caller = RequestCaller.Of(http);
        if (!caller.MayPostTo(RegisterReports.Feed))
        {
            throw new ProblemException(ProblemKinds.Forbidden,
                $"This key may not post to {RegisterReports.Feed}, the feed of the register's reports.");
        }

        // Any charset is accepted: RegisterFile detects the encoding from the bytes.
        RequestBody.MustBeOneOf(http, ["text/csv", "application/json"], anyCharset: true);
        SlowRequest.Allow(http);
        var file = await RequestBody.ReadAsync(http, Limits.EditionBytes);
        var (job, isNew) = await intake.AcceptAsync(file, published, stated, caller, outbox, http.RequestAborted);
        await RespondAsync(http, await WaitForEndAsync(http, job, jobs, clock), isNew);
    }

    private static async Task RetryAsync(
        HttpContext http, string id, EditionIntake intake, EditionJobs jobs, TimeProvider clock, IMartenOutbox outbox)
    {
        QueryParameters.None(http);
        var job = await intake.RetryAsync(id, outbox, http.RequestAborted) ?? throw EditionsEndpoint.NotFound();
        await RespondAsync(http, await WaitForEndAsync(http, job, jobs, clock), isAccepted: true);
    }

    internal static Task RespondAsync(HttpContext http, EditionJob job, bool isAccepted)
    {
        http.Response.Headers.Location = $"/v1/editions/{job.Id}";
        http.Response.Headers.CacheControl = "no-store";
        if (job.Position is { } position)
        {
            http.Response.Headers["Ledger-Position"] = position.ToString(CultureInfo.InvariantCulture);
        }

        return JsonResponse.JsonAsync(http, isAccepted && job.IsActive ? StatusCodes.Status202Accepted : StatusCodes.Status200OK,
            writer => EditionResponse.Write(writer, job));
    }

    /// <summary>Waits for the end of the import as long as the client prefers (RFC 7240), at most <see
    /// cref="Limits.PreferWait"/>.</summary>
    internal static async Task<EditionJob> WaitForEndAsync(HttpContext http, EditionJob job, EditionJobs jobs, TimeProvider clock)
    {
        if (Prefer.WaitOf(http) is not { } seconds)
        {
            return job;
        }

        http.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={seconds}");
        var started = clock.GetTimestamp();
        while (job.IsActive && clock.GetElapsedTime(started).TotalSeconds < seconds)
        {
            await Task.Delay(PollInterval, clock, http.RequestAborted);
            job = await jobs.FindAsync(job.Id, http.RequestAborted) ?? job;
        }

        return job;
    }
}
