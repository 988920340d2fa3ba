using Ledger.Questions;
using Ledger.Vocabulary;

namespace Ledger.Export;

/// <summary>Every deal of which a report is in effect, with whether it is overdue: the answer of /v1/deals.</summary>
internal sealed class DealsTable() : TableOf<DealsTable.Row>("deals",
    "One row for each recipient, supplier, deal and platform of which a report is in effect; ~ is what reports without a deal say of all "
    + "that supplier's deals: do not add it to them",
    isByYear: false, [
        Columns<Row>.AsOf(x => x.AsOf),
        .. Columns<Row>.Country("recipient", "The recipient", x => x.Line.Recipient),
        .. Columns<Row>.Country("supplier", "The supplier", x => x.Line.Deal.Supplier),
        Columns<Row>.Text("deal", "The deal: its slug; ~ of the undivided reports", x => x.Line.Deal.Deal ?? DealQuestion.Undivided),
        Columns<Row>.Flag("undivided", "Whether it is what reports without a deal say", x => x.Line.Deal.Deal is null),
        Columns<Row>.Text("title", "What, from whom, ordered when, in English", x => DealTitle.Of(x.Line.Platform, x.Line.Deal)),
        .. Columns<Row>.Platform(x => x.Line.Platform),
        Columns<Row>.Text("stage", "How far it has come, by best: announced, onOrder, partlyDelivered, delivered or cancelled",
            x => WordNames.Of(x.Line.Deal.Stage)),
        .. Columns<Row>.Bounds("ordered_", "Units of its contracts, those cancelled left out", x => x.Line.Deal.Ordered),
        .. Columns<Row>.Bounds("delivered_", "Units delivered", x => x.Line.Deal.Delivered),
        .. Columns<Row>.Bounds("produced_", "Units completed by a production programme", x => x.Line.Deal.Produced),
        .. Columns<Row>.Bounds("outstanding_", "Units ordered and not come", x => x.Line.Deal.Outstanding),
        Columns<Row>.Whole("on_order", "Ordered and not yet come, by best", Columns<Row>.Items, x => x.Line.Deal.OnOrder),
        Columns<Row>.Whole("announced", "Announced and not yet ordered, by best", Columns<Row>.Items, x => x.Line.Deal.Announced),
        .. Columns<Row>.Window("due", "When its contracts say that it is due (empty: none does)", x => x.Line.Deal.Due),
        .. Columns<Row>.Window("ordered_on", "When its first standing contract was made (empty: none says)", x => x.Line.Deal.OrderedWhen),
        Columns<Row>.Flag("conflicted", "Whether credible reports of its deliveries contradict each other", x => x.Line.Deal.Conflicted),
        Columns<Row>.Day("newest_reported", "The newest day on which a report of it that counts was reported",
            x => x.Line.Deal.NewestReported),
        Columns<Row>.DayOrEmpty("overdue_since", "Since when it is overdue; empty: it is not, or cannot be said to be",
            x => x.Line.Overdue?.Since),
        Columns<Row>.TextOrEmpty("overdue_by",
            "By what it is overdue: due (its own date) or usual (nine in ten orders of its category had brought something by then)",
            x => x.Line.Overdue is null ? null : x.Line.Overdue.Usual is null ? "due" : "usual"),
    ])
{
    /// <summary>A deal on a day.</summary>
    internal sealed record Row(DateOnly AsOf, DealsQuestion.Line Line);

    protected override async IAsyncEnumerable<Row> ReadAsync(
        TableReading reading, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var (evidence, basis) = (reading.Sources.Evidence, reading.Basis);
        var usual = await UsualTimesOfWorld.ReadAsync(null, basis, evidence, cancellation);
        var recipients = await evidence.RecipientsAsync(basis.Position, cancellation);
        await foreach (var row in ByRecipientAsync(reading, recipients,
            some => evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation),
            holdings => holdings.SelectMany(x => DealsQuestion.LinesOf(x, basis.Clocks)).Select(x => x.With(usual, basis.AsOf))
                .OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => new Row(basis.AsOf, x)), cancellation))
        {
            yield return row;
        }
    }
}
