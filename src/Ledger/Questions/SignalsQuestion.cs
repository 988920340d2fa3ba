using System.Text.Json;
using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>GET /v1/signals: questions to an analyst, each with its reports, ordered by recipient, signal, platform, supplier and
/// receiver. They are derived for each request; no estimate depends on them.</summary>
public sealed record SignalsQuestion(string? Recipient, SignalKind? Signal, ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Columns =
        ["signal", "recipient", "platform", "supplier", "to", "question", "units.low", "units.best", "units.high", "observed", "reports"];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/signals", "signals",
        [.. ClockParameters.Names, .. PageRequest.Parameters, "recipient", "signal"], (query, _) => new SignalsQuestion(
            query.Code("recipient"), WordNames.Parse<SignalKind>(query.Word("signal", WordNames.Signals)),
            ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var embargoed = sources.Signals.EmbargoedCodes.ToHashSet(StringComparer.Ordinal);
        // The answer depends on the setting of embargoed codes too.
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation) with
        {
            Immutable = false,
            Settings = string.Join(' ', embargoed.Order(StringComparer.Ordinal)),
        };
        var narrowed = await sources.Bases.NarrowAsync(
            basis, () => evidence.LastAffectingAsync(Recipient, platform: null, basis.Knowledge, cancellation), cancellation);
        return Answer.List(narrowed, Columns, Write, async () => await ByRecipient.PageAsync(
            Page, Recipient is not null ? [Recipient] : await evidence.RecipientsAsync(basis.Position, cancellation), async some =>
            (await evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation)).SelectMany(x => Signals.Of(x, basis.Clocks, embargoed))
                .Where(x => Signal is null || x.Kind == Signal), KeyOf));
    }

    private static string KeyOf(Signal signal) =>
        ByRecipient.Key(signal.Recipient, WordNames.Of(signal.Kind), signal.Platform, signal.Supplier ?? "", signal.To ?? "");

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
