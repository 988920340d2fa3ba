using Ledger.Access;
using Ledger.Hosting;
using Ledger.Reports;

namespace Ledger.Editions;

/// <summary>POST /v1/editions/sipri: a whole trade register as CSV, answered line by line like an import.</summary>
public static class PostEdition
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/editions/sipri", PostAsync).WithMetadata(new Needs(Scopes.Report)).WithName("edition");

    private static async Task PostAsync(HttpContext http, ImportEdition edition)
    {
        Query.Only(http, "published", "whole");
        var whole = Query.Word(http, "whole", ["true", "false"]) == "true";
        var published = Query.Day(http, "published");
        var caller = Caller.Of(http);
        if (!caller.MayPostTo(RegisterReports.Feed))
        {
            throw new ProblemException(Problems.Forbidden, $"This key may not post to {RegisterReports.Feed}, the feed of the register's reports.");
        }

        // Which of its character sets the file is in, its bytes say better than its header.
        Body.MustBe(http, "text/csv", anyCharset: true);
        ImportReports.LetItTakeItsTime(http);
        var file = await Body.ReadAsync(http, Limits.EditionBytes);
        await edition.RunAsync(file, published, whole, caller, () =>
        {
            http.Response.ContentType = "application/x-ndjson";
            return new AnswerSpill(http.Response.Body, http.RequestAborted);
        }, http.RequestAborted);
    }
}
