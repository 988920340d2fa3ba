using System.Globalization;
using System.Text.Json;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Reports;
using Ledger.Vocabulary;

namespace Ledger.Export;

/// <summary>A visible report, and what it does to the estimate of its holding.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Platform">The platform to which the aliases lead.</param>
/// <param name="AsOf">The day of the estimate.</param>
/// <param name="Effect">What the report does.</param>
/// <param name="Report">The report as it is stored.</param>
internal sealed record ReportRow(string Recipient, Platform Platform, DateOnly AsOf, ReportEffect Effect, RecordedReport Report)
{
    /// <summary>The columns of reports.</summary>
    public static IReadOnlyList<ColumnOf<ReportRow>> Columns { get; } =
    [
        Columns<ReportRow>.AsOf(x => x.AsOf),
        Columns<ReportRow>.Position("position", "The report's position in the ledger", x => x.Report.Position),
        Columns<ReportRow>.EventId("event_id", "The report's event id: UUID v5 of feed and id", x => x.Report.EventId),
        Columns<ReportRow>.Text("kind", "What kind of report it is", x => WordNames.Of(x.Report.Kind)),
        Columns<ReportRow>.Time("recorded_at", "When the ledger recorded it, UTC", x => x.Report.RecordedAt),
        Columns<ReportRow>.Day("recorded_day", "The day of recorded_at, UTC", x => DateOnly.FromDateTime(x.Report.RecordedAt.UtcDateTime)),
        Columns<ReportRow>.Day("reported_day", "When its source published it, else when it was recorded", x => x.Effect.Reported),
        Columns<ReportRow>.TextOrEmpty("reporter", "Who posted it", x => x.Report.Reporter),
        Columns<ReportRow>.TextOrEmpty("feed", "The collection that it comes from, a URI", x => x.Said("feed")),
        Columns<ReportRow>.TextOrEmpty("report_id", "The client's own name of it in that feed", x => x.Said("id")),
        .. Columns<ReportRow>.Country("recipient", "The recipient", x => x.Recipient),
        Columns<ReportRow>.TextOrEmpty("supplier", "The supplier's code, x-unknown where the source named none", x => x.Said("supplier")),
        Columns<ReportRow>.TextOrEmpty("supplier_name", "The supplier's name in English", x => Named(x.Said("supplier"))),
        .. Columns<ReportRow>.Platform(x => x.Platform),
        Columns<ReportRow>.TextOrEmpty("stated_platform", "The platform as it was posted",
            x => x.Said("platformName") ?? x.Said("platform")),
        Columns<ReportRow>.TextOrEmpty("deal", "The deal that it is about; empty: all deals of that supplier", x => x.Said("deal")),
        Columns<ReportRow>.TextOrEmpty("lot", "The lot that it is about; empty: it states a running total", x => x.Said("lot")),
        Columns<ReportRow>.TextOrEmpty("quantity_qualifier", "How the number was said; empty: no number was",
            x => x.Said("quantity.qualifier")),
        Columns<ReportRow>.WholeOrEmpty("quantity_n", "The number, as the qualifier has it", "as quantity_unit",
            x => x.Number("quantity.n")),
        Columns<ReportRow>.WholeOrEmpty("quantity_low", "The least that was said", "as quantity_unit", x => x.Number("quantity.low")),
        Columns<ReportRow>.WholeOrEmpty("quantity_best", "The best that was said", "as quantity_unit", x => x.Number("quantity.best")),
        Columns<ReportRow>.WholeOrEmpty("quantity_high", "The most that was said", "as quantity_unit", x => x.Number("quantity.high")),
        Columns<ReportRow>.TextOrEmpty("quantity_unit", "items or systems; empty: items", x => x.Said("quantity.unit")),
        Columns<ReportRow>.TextOrEmpty("quantity_text", "The source's own wording", x => x.Said("quantity.text")),
        Columns<ReportRow>.TextOrEmpty("occurred", "When it happened as it was said, EDTF; empty: the reported day stands for it",
            x => x.Said("occurred")),
        .. Columns<ReportRow>.Window("occurred", "When it happened", x => x.Effect.When),
        Columns<ReportRow>.TextOrEmpty("publisher", "Who published it", x => x.Said("source.publisher")),
        Columns<ReportRow>.TextOrEmpty("speaker", "Whom the publisher quotes", x => x.Said("source.speaker")),
        Columns<ReportRow>.TextOrEmpty("published", "Day, month or year of the publication", x => x.Said("source.published")),
        .. Columns<ReportRow>.Window("published", "The publication", x => x.Dated("source.published")),
        Columns<ReportRow>.TextOrEmpty("url", "The publication's address", x => x.Said("source.url")),
        Columns<ReportRow>.TextOrEmpty("source_title", "The publication's title", x => x.Said("source.title")),
        Columns<ReportRow>.TextOrEmpty("source_language", "The publication's language, BCP 47", x => x.Said("source.language")),
        Columns<ReportRow>.TextOrEmpty("origin", "The original utterance that it repeats; empty: itself", x => x.Said("origin")),
        Columns<ReportRow>.TextOrEmpty("grade", "NATO Admiralty code; empty: F6", x => x.Said("grade")),
        Columns<ReportRow>.TextOrEmpty("role", "The title under which the recipient has the units; empty: transfer",
            x => x.Said("role")),
        Columns<ReportRow>.Flag("counts_low", "Whether it is in effect for low", x => x.Effect.Low),
        Columns<ReportRow>.Flag("counts_best", "Whether it is in effect for best", x => x.Effect.Best),
        Columns<ReportRow>.Flag("counts_high", "Whether it is in effect for high", x => x.Effect.High),
        Columns<ReportRow>.TextOrEmpty("set_aside", "Why it is in effect for nothing; empty: it is, or it is a retraction or delisting",
            x => x.Effect.Exclusion is { } reason ? WordNames.Of(reason) : null),
        Columns<ReportRow>.EventIdOrEmpty("set_aside_by", "By which report it is set aside; empty: by none", x => x.Effect.SetAsideBy),
        Columns<ReportRow>.Texts("supersedes", "The event ids of the reports that it replaces", x => x.List("supersededEvents")),
        Columns<ReportRow>.TextOrEmpty("stage", "Of an announcement, its stage", x => x.Said("stage")),
        Columns<ReportRow>.TextOrEmpty("due", "Of a contract, when the units are due as it was said, EDTF", x => x.Said("due")),
        .. Columns<ReportRow>.Window("due", "Of a contract, when the units are due", x => x.Dated("due")),
        Columns<ReportRow>.TextOrEmpty("amount", "Of a contract, its price as it was said, a decimal number", x => x.Said("value.amount")),
        Columns<ReportRow>.AmountOrEmpty("amount_decimal", "The same as a number", "as currency", x => Amount(x.Said("value.amount"))),
        Columns<ReportRow>.TextOrEmpty("currency", "The currency of the price, ISO 4217", x => x.Said("value.currency")),
        Columns<ReportRow>.FlagOrEmpty("licensed_production", "Of a contract, whether units are made under licence; empty: not said",
            x => x.Yes("licensedProduction")),
        Columns<ReportRow>.TextOrEmpty("unit_condition", "Of a contract, the units' condition", x => x.Said("condition")),
        Columns<ReportRow>.FlagOrEmpty("cancelled", "Of a contract, whether it says that the order was cancelled; empty: not said",
            x => x.Yes("cancelled")),
        Columns<ReportRow>.TextOrEmpty("milestone", "Of a milestone, which", x => x.Said("milestone")),
        Columns<ReportRow>.WholeOrEmpty("rate_n", "Of a milestone, the declared output", "items per rate_per", x => x.Number("rate.n")),
        Columns<ReportRow>.TextOrEmpty("rate_per", "month or year", x => x.Said("rate.per")),
        Columns<ReportRow>.TextOrEmpty("site", "Of a milestone, where", x => x.Said("site")),
        Columns<ReportRow>.TextOrEmpty("setting", "Of an observation, where the units were seen", x => x.Said("setting")),
        Columns<ReportRow>.TextOrEmpty("cause", "Of a loss, how", x => x.Said("cause")),
        Columns<ReportRow>.TextOrEmpty("passed_to", "Of units passed on, who received them: a code", x => x.Said("to")),
        Columns<ReportRow>.FlagOrEmpty("is_total", "Of a loss, whether it is a running total; empty: not said", x => x.Yes("total")),
        Columns<ReportRow>.EventIdOrEmpty("target", "Of a retraction or delisting, the report that it names", x => x.Id("targetEvent")),
        Columns<ReportRow>.TextOrEmpty("reason", "Of a retraction, why", x => x.Said("reason")),
        Columns<ReportRow>.TextOrEmpty("edition", "Of a delisting, the edition that lists it no more", x => x.Said("edition")),
        Columns<ReportRow>.EventIdOrEmpty("successor", "Of a delisting, the report under which it is listed from now on",
            x => x.Id("successorEvent")),
        Columns<ReportRow>.TextOrEmpty("reference", "The source's own number of the order or event", x => x.Said("reference")),
        Columns<ReportRow>.TextOrEmpty("note", "Free text", x => x.Said("note")),
    ];

    private static string? Named(string? code) => code is null ? null : Country.NameOf(code);

    private JsonElement? At(string path)
    {
        var at = Report.Data;
        foreach (var step in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.Null ? null : at;
    }

    private string? Said(string path) => At(path)?.GetString();

    private long? Number(string path) => At(path)?.GetInt64();

    private bool? Yes(string path) => At(path)?.GetBoolean();

    private Guid? Id(string path) => At(path)?.GetGuid();

    private string[] List(string path) => At(path) is { } list ? [.. list.EnumerateArray().Select(x => x.GetString()!)] : [];

    private Window? Dated(string path) => Edtf.TryParse(Said(path), out var window, out _) ? window : null;

    /// <summary>An amount as a number. None that was taken in is out of the bounds of DECIMAL(29,6); one that is would be cut without a
    /// word by what writes it, and has none here.</summary>
    private static decimal? Amount(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
            && amount.Scale <= 6 && Math.Abs(amount) < 1e23m ? amount : null;
}
