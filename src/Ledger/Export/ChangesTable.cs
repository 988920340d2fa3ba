using Ledger.Estimation;
using Ledger.Questions;
using Ledger.Vocabulary;

namespace Ledger.Export;

/// <summary>What each edition changed: every holding that differs between the position before its first event and that of its last one, at
/// the day that is asked about. What others recorded while it was taken in is among it.</summary>
internal sealed class ChangesTable() : TableOf<ChangesTable.Row>("changes",
    "One row for each edition (or withdrawal of one), recipient and platform whose figures it changed, before and after",
    isByYear: false, [
        Columns<Row>.AsOf(x => x.Edition.AsOf),
        Columns<Row>.Text("moment", "edition, or withdrawal of one", x => x.Edition.Kind),
        Columns<Row>.Text("feed", "The collection that the edition is of, a URI", x => x.Edition.Feed),
        Columns<Row>.Day("edition", "The day of the edition", x => x.Edition.Published),
        Columns<Row>.Time("recorded_at", "When the edition had been recorded to its end, UTC", x => x.Edition.RecordedAt),
        Columns<Row>.Day("recorded_day", "The day of recorded_at, UTC", x => DateOnly.FromDateTime(x.Edition.RecordedAt.UtcDateTime)),
        Columns<Row>.Position("position_before", "What the ledger held before it: up to this position", x => x.Edition.Before),
        Columns<Row>.Position("position_after", "What the ledger held after it: up to this position", x => x.Edition.After),
        .. Columns<Row>.Country("recipient", "The recipient", x => x.Recipient),
        Columns<Row>.Text("platform", "The platform: its slug in the catalogue", x => x.Change.Platform.Slug),
        Columns<Row>.Text("platform_name", "The platform: its name", x => x.Change.Platform.Definition.Name),
        .. Side("before", x => x.Change.Before, x => x.Change.EstimateBefore),
        .. Side("after", x => x.Change.After, x => x.Change.EstimateAfter),
        Columns<Row>.Flag("catalogue_changed", "Whether the catalogue changed the platform in between", x => x.Change.Catalogue),
        Columns<Row>.Texts("reports", "The event ids of the reports that caused the change, by position",
            x => [.. x.Change.Causes.Select(cause => cause.Report.EventId.ToString())]),
        Columns<Row>.Texts("deeds", "What each of those reports did: said, replaced, withdrawn, delisted or renamed",
            x => [.. x.Change.Causes.Select(cause => WordNames.Of(cause.Did))]),
    ])
{
    /// <summary>A holding that an edition changed.</summary>
    internal sealed record Row(Edition Edition, string Recipient, Change Change);

    /// <summary>An edition, or its withdrawal, as a moment of the ledger.</summary>
    /// <param name="Kind">edition or withdrawal.</param>
    /// <param name="Feed">URI of its feed.</param>
    /// <param name="Published">The day of the edition.</param>
    /// <param name="RecordedAt">When its end was recorded.</param>
    /// <param name="Before">The position before its first event.</param>
    /// <param name="After">The position of its last event.</param>
    /// <param name="AsOf">The day of the figures.</param>
    internal sealed record Edition(
        string Kind, string Feed, DateOnly Published, DateTimeOffset RecordedAt, long Before, long After, DateOnly AsOf);

    private static IEnumerable<ColumnOf<Row>> Side(string side, Func<Row, Side> of, Func<Row, HoldingEstimate?> estimate) =>
    [
        .. Columns<Row>.Bounds("", $"Units that the recipient had {side} it",
            x => new Interval(of(x).Low, of(x).Best, of(x).High), $"_{side}"),
        Columns<Row>.Whole($"closed_high_{side}", $"high_{side} where it is closed, else what of it is", Columns<Row>.Items,
            x => estimate(x)?.ClosedHigh ?? 0),
        Columns<Row>.Text($"category_{side}", $"The platform's category {side} it", x => WordNames.Of(of(x).Category)),
        Columns<Row>.Text($"class_{side}", $"The platform's class {side} it", x => WordNames.Of(of(x).Class)),
    ];

    protected override async IAsyncEnumerable<Row> ReadAsync(
        TableReading reading, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var (sources, basis) = (reading.Sources, reading.Basis);
        foreach (var edition in await EditionsAsync(sources, basis, cancellation))
        {
            var clocks = new ClockParameters { AsOf = basis.AsOf, ReportedBy = basis.ReportedBy, Method = basis.Method };
            var bases = await new Comparison(null, clocks with { Position = edition.Before }, clocks with { Position = edition.After })
                .ResolveAsync(sources.Bases, null, cancellation);
            var (earlier, later) = (bases.Earlier.Knowledge, bases.Later.Knowledge);
            var recipients = await sources.Evidence.TouchedAsync(earlier, later, cancellation);
            await foreach (var row in ByRecipientAsync(reading, recipients, async some => (
                Some: some, Sides: await sources.Evidence.OfRecipientsAsync(some, earlier, later, cancellation)), read =>
            {
                var (before, after) = (read.Sides.Earlier.ToLookup(x => x.Recipient), read.Sides.Later.ToLookup(x => x.Recipient));
                return from code in read.Some
                       from change in Changes.Between(bases.Before([.. before[code]]), bases.After([.. after[code]]))
                       select new Row(edition, code, change);
            }, cancellation))
            {
                yield return row;
            }
        }
    }

    /// <summary>The editions and withdrawals up to the basis, in order.</summary>
    private static async Task<List<Edition>> EditionsAsync(Sources sources, Basis basis, CancellationToken cancellation)
    {
        var events = await sources.Runs.EditionsAsync(basis.LedgerEnd, cancellation);
        var runs = await sources.Runs.AtAsync(basis.Position, basis.LedgerEnd, events, cancellation);
        return
        [
            .. from moment in MomentsQuestion.MomentsOf(runs, basis.Catalogue.Changes)
               let end = moment.Run?.End
               where end is not null
               orderby moment.Position
               select new Edition(end.Withdrawn is null ? "edition" : "withdrawal", end.Feed,
                   DateOnly.ParseExact(end.Imported?.Published ?? end.Withdrawn!.Published, "O"), end.RecordedAt,
                   moment.Run!.First - 1, moment.Position, basis.AsOf),
        ];
    }
}
