using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Export;

/// <summary>A holding on a day.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Platform">The platform.</param>
/// <param name="AsOf">The day.</param>
/// <param name="Estimate">The estimate of that day.</param>
/// <param name="Method">By which it was made.</param>
internal sealed record HoldingRow(string Recipient, Platform Platform, DateOnly AsOf, HoldingEstimate Estimate, Method Method)
{
    /// <summary>Whether its figures are anything but 0: an open high is.</summary>
    public bool SaysSomething => Estimate is not { Low: 0, Best: 0, High: 0, OnOrder: 0, Announced: 0 };

    /// <summary>The columns of whose units of what, and how many.</summary>
    public static IReadOnlyList<ColumnOf<HoldingRow>> Figures { get; } =
    [
        .. Columns<HoldingRow>.Country("recipient", "The recipient", x => x.Recipient),
        Columns<HoldingRow>.DayOrEmpty("recipient_ended",
            "The last day of a recipient that is a state no more, and that lists of countries leave out from then on; empty: it is one",
            x => Country.Ended.TryGetValue(x.Recipient, out var end) ? end : null),
        .. Columns<HoldingRow>.Platform(x => x.Platform),
        Columns<HoldingRow>.Flag("headline", "Whether it counts in the headline: durable unmanned aircraft, civil ones left out",
            x => TotalKey.Of(x.Platform, x.Method).IsHeadline),
        .. Columns<HoldingRow>.Bounds("", "Units that the recipient has: delivered or produced, less reported losses",
            x => new Interval(x.Estimate.Low, x.Estimate.Best, x.Estimate.High)),
        Columns<HoldingRow>.Whole("closed_high", "high where it is closed, else what of it is: sum this, and count high_open beside it",
            Columns<HoldingRow>.Items, x => x.Estimate.ClosedHigh),
        Columns<HoldingRow>.Flag("conflicted", "Whether credible reports contradict each other", x => x.Estimate.Conflicted),
        Columns<HoldingRow>.Whole("on_order", "Ordered and not yet come: pipeline, not fleet", Columns<HoldingRow>.Items,
            x => x.Estimate.OnOrder),
        Columns<HoldingRow>.Whole("announced", "Announced and not yet ordered: pipeline, not fleet", Columns<HoldingRow>.Items,
            x => x.Estimate.Announced),
    ];

    /// <summary>The columns of what stands beside the figures, and what they rest on.</summary>
    public static IReadOnlyList<ColumnOf<HoldingRow>> Grounds { get; } =
    [
        .. Columns<HoldingRow>.Bounds("on_loan_", "Units operated on loan, beside the fleet and never in it", x => x.Estimate.OnLoan),
        .. Columns<HoldingRow>.Bounds("delisted_", "What would stand more if no source had stopped listing what it had listed",
            x => x.Estimate.Delisted),
        .. Columns<HoldingRow>.Bounds("lost_", "Units lost", x => x.Estimate.Lost),
        Columns<HoldingRow>.Whole("reports", "How many reports count", "reports", x => x.Estimate.Reports),
        Columns<HoldingRow>.Whole("origins", "How many different origins they have", "origins", x => x.Estimate.Origins),
        Columns<HoldingRow>.Whole("publishers", "How many publishers they come from", "publishers", x => x.Estimate.Publishers),
        Columns<HoldingRow>.TextOrEmpty("best_grade", "The best of their grades, NATO Admiralty code; empty: none counts",
            x => x.Estimate.BestGrade?.ToString()),
        Columns<HoldingRow>.DayOrEmpty("newest_reported", "The newest day on which one of them was reported; empty: none counts",
            x => x.Estimate.NewestReported),
        Columns<HoldingRow>.DayOrEmpty("oldest_delivery",
            "The earliest day on which a delivery or completion among them may have happened; empty: there is none",
            x => x.Estimate.OldestDelivery),
        Columns<HoldingRow>.Text("words", "The estimate as a sentence in English", x => Words.Of(x.Estimate)),
    ];
}

/// <summary>Every holding of which a report is visible, as the answers about fleets have them; also of states that are no more.</summary>
internal sealed class HoldingsTable() : TableOf<HoldingRow>(
    "holdings", "One row for each recipient and platform of which a report is visible",
    isByYear: false, [Columns<HoldingRow>.AsOf(x => x.AsOf), .. HoldingRow.Figures, .. HoldingRow.Grounds])
{
    protected override async IAsyncEnumerable<HoldingRow> ReadAsync(
        TableReading reading, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var (evidence, basis) = (reading.Sources.Evidence, reading.Basis);
        var clocks = basis.Clocks;
        var recipients = await evidence.RecipientsAsync(basis.Position, cancellation);
        await foreach (var row in ByRecipientAsync(reading, recipients,
            some => evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation),
            holdings => holdings.Where(x => x.IsReported(clocks))
                .Select(x => new HoldingRow(x.Recipient, x.Platform, basis.AsOf, x.Estimate(clocks), basis.Method)), cancellation))
        {
            yield return row;
        }
    }
}

/// <summary>The figures of every holding at the end of every year, and at asOf. No row where all of them are 0.</summary>
internal sealed class HoldingsByYearTable() : TableOf<HoldingRow>("holdings_by_year",
    "One row for each recipient, platform and year, at the year's end (of the last year: at the day asked about); no row where all "
    + "figures are 0",
    isByYear: true, [
        Columns<HoldingRow>.Whole("year", "The year", "calendar year", x => x.AsOf.Year), Columns<HoldingRow>.AsOf(x => x.AsOf),
        .. HoldingRow.Figures,
    ])
{
    /// <summary>The days of the table: the ends of the years from the first one on, and <paramref name="asOf"/>.</summary>
    internal static IReadOnlyList<DateOnly> DaysOf(int firstYear, DateOnly asOf) =>
        [.. Enumerable.Range(firstYear, Math.Max(0, asOf.Year - firstYear)).Select(x => new DateOnly(x, 12, 31)), asOf];

    protected override async IAsyncEnumerable<HoldingRow> ReadAsync(
        TableReading reading, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var (evidence, basis) = (reading.Sources.Evidence, reading.Basis);
        var (clocks, days) = (basis.Clocks, DaysOf(reading.FirstYear, basis.AsOf));
        var recipients = await evidence.RecipientsAsync(basis.Position, cancellation);
        await foreach (var row in ByRecipientAsync(reading, recipients,
            some => evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation),
            holdings => holdings.Where(x => x.IsReported(clocks)).SelectMany(holding => days.Zip(holding.Estimates(clocks, days))
                .Select(x => new HoldingRow(holding.Recipient, holding.Platform, x.First, x.Second, basis.Method))
                .Where(x => x.SaysSomething)), cancellation))
        {
            yield return row;
        }
    }
}
