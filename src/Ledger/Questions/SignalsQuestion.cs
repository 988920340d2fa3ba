using System.Text.Json;
using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>GET /v1/signals: questions to an analyst, each with its reports, ordered by recipient, signal, platform, supplier and
/// receiver. They are derived for each request; no estimate depends on them.</summary>
public sealed record SignalsQuestion(string? Recipient, string? To, SignalKind? Kind, ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Columns =
    [
        "signal", "recipient", "recipientName", "platform", "platformName", "supplier", "supplierName", "to", "toName", "question",
        "units.low", "units.best", "units.high", "observed", "declared", "embargo.code", "embargo.from", "embargo.to", "reports",
    ];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/signals", "signals",
        [.. ClockParameters.Names, .. PageRequest.Parameters, "recipient", "to", "kind"], (query, _) => new SignalsQuestion(
            query.Code("recipient"), query.Code("to"), WordNames.Parse<SignalKind>(query.Word("kind", WordNames.Signals)),
            ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var embargoes = sources.Signals.EmbargoedCodes;
        // The answer depends on the setting of embargoed codes too.
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation) with
        {
            Immutable = false,
            Settings = string.Join(' ', embargoes.Select(x => $"{x.Code}/{x.From:O}/{x.To:O}").Order(StringComparer.Ordinal)),
        };
        var narrowed = await sources.Bases.NarrowAsync(
            basis, () => evidence.LastAffectingAsync(Recipient, platform: null, basis.Knowledge, cancellation), cancellation);
        return Answer.List(narrowed, Columns, Write, async () => await ByRecipient.PageAsync(
            Page, Recipient is not null ? [Recipient] : await evidence.RecipientsAsync(basis.Position, cancellation), async some =>
            (await evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation)).SelectMany(x => Signals.Of(x, basis.Clocks, embargoes))
                .Where(x => (Kind is null || x.Kind == Kind) && (To is null || x.To == To)), KeyOf));
    }

    private static string KeyOf(Signal signal) =>
        ByRecipient.Key(signal.Recipient, WordNames.Of(signal.Kind), signal.Platform, signal.Supplier ?? "", signal.To ?? "");

    private static void Write(Utf8JsonWriter writer, Signal signal)
    {
        writer.WriteStartObject();
        writer.WriteString("signal", WordNames.Of(signal.Kind));
        JsonShapes.WriteCountry(writer, "recipient", signal.Recipient);
        writer.WriteString("platform", signal.Platform);
        writer.WriteString("platformName", signal.PlatformName);
        JsonShapes.WriteCountry(writer, "supplier", signal.Supplier);
        JsonShapes.WriteCountry(writer, "to", signal.To);
        writer.WriteString("question", signal.Question);
        JsonShapes.WriteInterval(writer, "units", signal.Units);
        WriteNumber(writer, "observed", signal.Observed);
        WriteNumber(writer, "declared", signal.Declared);
        if (signal.Embargo is { } embargo)
        {
            writer.WriteStartObject("embargo");
            writer.WriteString("code", embargo.Code);
            JsonShapes.WriteDay(writer, "from", embargo.From);
            JsonShapes.WriteDay(writer, "to", embargo.To);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("embargo");
        }

        writer.WriteStartArray("reports");
        foreach (var report in signal.Reports)
        {
            writer.WriteStringValue(report);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } one)
        {
            writer.WriteNumber(name, one);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
