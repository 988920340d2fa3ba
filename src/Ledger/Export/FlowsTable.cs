using Ledger.Estimation;
using Ledger.Questions;
using Ledger.Vocabulary;

namespace Ledger.Export;

/// <summary>The flows of each year: the answers of /v1/flows with the year as its first and last one.</summary>
internal sealed class FlowsTable() : TableOf<FlowsTable.Row>("flows",
    "One row for each year, recipient, supplier, category and kind of which units came in that year",
    isByYear: true, [
        Columns<Row>.Whole("year", "The year", "calendar year", x => x.Year),
        Columns<Row>.AsOf(x => x.AsOf),
        .. Columns<Row>.Country("supplier", "Who supplied the units, or held and passed them on", x => x.Flow.Supplier),
        .. Columns<Row>.Country("recipient", "Who received them", x => x.Flow.Recipient),
        Columns<Row>.Text("category", "The platforms' category: units add up within one, never across", x => WordNames.Of(x.Flow.Category)),
        Columns<Row>.Text("kind", "delivery, or onward (passed on by a holder: never part of the sum of deliveries)",
            x => WordNames.Of(x.Flow.Kind)),
        .. Columns<Row>.Bounds("", "Units that came in the year; best is below 0 only from x-unknown, where a total was corrected",
            x => x.Flow.Units),
    ])
{
    /// <summary>A flow of a year.</summary>
    internal sealed record Row(int Year, DateOnly AsOf, Flow Flow);

    protected override async IAsyncEnumerable<Row> ReadAsync(
        TableReading reading, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var (evidence, basis) = (reading.Sources.Evidence, reading.Basis);
        int[] years = [.. Enumerable.Range(reading.FirstYear, Math.Max(0, basis.AsOf.Year - reading.FirstYear + 1))];
        IReadOnlyList<string> recipients =
        [
            .. (await evidence.RecipientsAsync(basis.Position, cancellation))
                .Union(await evidence.ReceiversAsync(basis.Position, cancellation)).Order(StringComparer.Ordinal),
        ];
        await foreach (var row in ByRecipientAsync(reading, recipients, async some => (
            Some: some,
            Holdings: await evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation),
            PassedOn: await evidence.PassedOnToAsync(some, basis.Knowledge, cancellation)), read =>
            from year in years
            let range = new Years(year, year)
            from flow in Flows.Deliveries(read.Holdings, range, basis.Clocks)
                // Units passed on to other receivers belong to the rows of those.
                .Concat(Flows.Onward(read.PassedOn, range, basis.Clocks).Where(x => read.Some.Contains(x.Recipient)))
                .OrderBy(FlowsQuestion.KeyOf, StringComparer.Ordinal)
            select new Row(year, basis.AsOf, flow), cancellation))
        {
            yield return row;
        }
    }
}
