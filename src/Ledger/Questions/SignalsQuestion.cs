using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Host;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;
using Microsoft.Extensions.Options;

namespace Ledger.Questions;

/// <summary>GET /v1/signals: questions to an analyst, each with its reports, ordered by recipient, signal, platform, supplier and
/// receiver. They are made when asked, like every number; nothing depends on them.</summary>
public static class SignalsQuestion
{
    private static readonly string[] Parameters = [.. Basis.Parameters, .. PageRequest.Parameters, "recipient", "signal"];

    private static readonly string[] Columns =
        ["signal", "recipient", "platform", "supplier", "to", "question", "units.low", "units.best", "units.high", "observed", "reports"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/signals", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("signals");

    private static async Task AnswerAsync(HttpContext http, BasisResolver clocks, EvidenceReader evidence, IOptions<LedgerSettings> settings)
    {
        QueryParameters.Only(http, Parameters);
        var (recipient, kind) = (QueryParameters.Code(http, "recipient"), WordNames.Parse<SignalKind>(QueryParameters.Word(http, "signal", WordNames.Signals)));
        var embargoed = settings.Value.EmbargoedCodes.ToHashSet(StringComparer.Ordinal);
        var page = await PageRequest.BeginAsync(http, clocks);
        // With another list of embargoed codes the same ledger raises other questions.
        var basis = page.Basis with { Immutable = false, Settings = string.Join(' ', embargoed.Order(StringComparer.Ordinal)) };
        var last = await evidence.LastAffectingAsync(recipient, platform: null, basis, http.RequestAborted);
        var recipients = recipient is not null ? [recipient] : await evidence.RecipientsAsync("", int.MaxValue, basis.Position, http.RequestAborted);
        var signals = await ByRecipient.PageAsync(page, recipients, async some =>
            (await evidence.OfRecipientsAsync(some, basis, http.RequestAborted)).SelectMany(x => Signals.Of(x, basis, embargoed))
                .Where(x => kind is null || x.Kind == kind), x => x.Key);
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        var next = page.Next(http, answer.Basis, signals, x => x.Key);
        if (!answer.NotModified)
        {
            await PageRequest.WriteAsync(answer, signals.Take(page.Limit), Columns, Write, next);
        }
    }

    private static void Write(Utf8JsonWriter writer, Signal signal)
    {
        writer.WriteStartObject();
        writer.WriteString("signal", WordNames.Of(signal.Kind));
        writer.WriteString("recipient", signal.Recipient);
        writer.WriteString("platform", signal.Platform);
        writer.WriteString("supplier", signal.Supplier);
        writer.WriteString("to", signal.To);
        writer.WriteString("question", signal.Question);
        JsonShapes.WriteInterval(writer, "units", signal.Units);
        if (signal.Observed is { } observed)
        {
            writer.WriteNumber("observed", observed);
        }
        else
        {
            writer.WriteNull("observed");
        }

        writer.WriteStartArray("reports");
        foreach (var report in signal.Reports)
        {
            writer.WriteStringValue(report);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
