using System.Globalization;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Web;
using Wolverine.Marten;

namespace Ledger.Editions;

/// <summary>POST /v1/editions/sipri/withdrawals: withdraws the newest edition, by a durable job like its import.</summary>
public static class PostWithdrawalEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/editions/sipri/withdrawals", PostAsync)
        .WithMetadata(new RequiresScope(Scopes.Report)).WithName("withdrawEdition");

    private static async Task PostAsync(HttpContext http, EditionIntake intake, EditionJobs jobs, TimeProvider clock, IMartenOutbox outbox)
    {
        QueryParameters.None(http);
        var caller = RequestCaller.Of(http);
        if (!caller.MayPostTo(RegisterReports.Feed))
        {
            throw new ProblemException(ProblemKinds.Forbidden,
                $"This key may not post to {RegisterReports.Feed}, the feed of the register's reports.");
        }

        using var body = await RequestBody.ReadJsonAsync(http);
        var stated = StrictJson.Read<StatedWithdrawal>(body.RootElement);
        var errors = new List<ProblemError>(2);
        if (!DateOnly.TryParseExact(stated.Published, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var published))
        {
            errors.Add(new ProblemError("/published", "day", "The day of the edition to withdraw: YYYY-MM-DD."));
        }

        // By the rule of a retraction's reason, so that none is refused later on.
        if (string.IsNullOrWhiteSpace(stated.Reason)
            || MemberRules.WhyNotText(stated.Reason, Limits.NoteCharacters, multiline: false) is { Length: > 0 })
        {
            errors.Add(new ProblemError("/reason", "text",
                $"Why it is withdrawn: 1 to {Limits.NoteCharacters} printable characters, on one "
                + "line. It is kept with every report that is retracted."));
        }

        if (stated.Form is not (null or "orders" or "years"))
        {
            errors.Add(new ProblemError("/form", "vocabulary", "orders or years."));
        }

        if (errors.Count > 0)
        {
            throw new ProblemException(ProblemKinds.Invalid, "A withdrawal says which edition, and why.") { Errors = errors };
        }

        var (job, isNew) = await intake.WithdrawAsync(published, FormOf(stated.Form), stated.Reason!, caller, outbox, http.RequestAborted);
        await PostEditionEndpoint.RespondAsync(http, await PostEditionEndpoint.WaitForEndAsync(http, job, jobs, clock), isNew);
    }

    /// <summary>The body.</summary>
    /// <param name="Published">The day of the edition.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Form">Its form, where editions of both forms are of that day.</param>
    private sealed record StatedWithdrawal(string? Published, string? Reason, string? Form = null);

    private static RegisterForm? FormOf(string? word) => word switch
    {
        "orders" => RegisterForm.Orders,
        "years" => RegisterForm.Years,
        _ => null
    };
}
