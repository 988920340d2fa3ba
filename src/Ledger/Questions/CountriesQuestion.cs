using System.Text.Json;
using Ledger.Estimation;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/countries: every recipient with the total of its fleet, on wish year by year, ordered by code; and the world's total.
/// The world is folded once per recipient, whatever page is asked for.</summary>
/// <param name="Filter">The holdings that add up.</param>
/// <param name="Ended">Whether states that are no more are listed too.</param>
/// <param name="TrendFrom">The first year of the trend; null: no trend is asked for.</param>
/// <param name="Clocks">The clocks.</param>
/// <param name="Page">The page.</param>
public sealed record CountriesQuestion(TotalFilter Filter, bool Ended, int? TrendFrom, ClockParameters Clocks, PageRequest Page) : IQuestion
{
    /// <summary>The first year of a trend where none is given.</summary>
    private const int FirstYear = 2014;

    /// <summary>The most years of a trend.</summary>
    public const int TrendYears = 200;

    private static readonly string[] Columns =
    [
        "recipient", "name", "ended", .. JsonShapes.TotalColumns("headline"), "holdings", "reports", "conflicted", "newestReported",
    ];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/countries", "countries",
        [.. ClockParameters.Names, .. PageRequest.Parameters, .. TotalFilter.Parameters, "ended", "trend", "trendFrom"],
        (query, _) => new CountriesQuestion(
            TotalFilter.Of(query), query.Flag("ended") ?? false, TrendOf(query), ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var days = DaysOf(basis.AsOf);
        var narrowed = await sources.Bases.NarrowAsync(basis,
            () => sources.Evidence.LastAffectingAsync(recipient: null, platform: null, basis.Knowledge, cancellation), cancellation);
        var (lines, world) = (new List<Line>(), new TotalsOfDays(days.Count));
        return Answer.List(narrowed, Columns, Write, async () =>
        {
            var codes = (await sources.Evidence.RecipientsAsync(basis.Position, cancellation))
                .Where(x => Ended || !Country.HasEnded(x, basis.AsOf)).ToList();
            foreach (var some in codes.Chunk(ByRecipient.RecipientsPerRead))
            {
                var holdings = (await sources.Evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation))
                    .ToLookup(x => x.Recipient, StringComparer.Ordinal);
                foreach (var code in some)
                {
                    var line = LineOf(code, [.. holdings[code]], basis.Clocks);
                    world.Add(line.Totals);
                    if (string.CompareOrdinal(code, Page.After) > 0 && lines.Count <= Page.Limit)
                    {
                        lines.Add(line);
                    }
                }
            }

            return (lines.Take(Page.Limit), Page.NextKey(lines, x => x.Recipient));
        }, writer =>
        {
            writer.WriteStartObject("world");
            WriteTotals(writer, "total", world, TrendFrom is null ? null : days);
            writer.WriteEndObject();
        });
    }

    /// <summary>What is asked of one recipient: the part that depends on its events alone.</summary>
    internal Line LineOf(string code, IReadOnlyList<HoldingEvidence> holdings, Clocks clocks)
    {
        var days = DaysOf(clocks.AsOf);
        var (totals, all) = (new TotalsOfDays(days.Count), Total.None);
        foreach (var holding in holdings.Where(x => x.IsReported(clocks)))
        {
            if (Filter.Takes(holding.Platform, clocks.Method))
            {
                var estimates = holding.Estimates(clocks, days);
                totals.Add(estimates);
                all = all.With(estimates[^1]);
            }
            else if (!Filter.Chooses)
            {
                all = all.With(holding.Estimate(clocks));
            }
        }

        return new Line(code, totals, all, TrendFrom is null ? null : days);
    }

    /// <summary>The last days of the years of the trend, and the day that is asked about.</summary>
    private List<DateOnly> DaysOf(DateOnly asOf) => TrendFrom is not { } year ? [asOf]
        : year > asOf.Year ? throw QueryParameters.Bad("trendFrom", $"Lies after the trend's end, {Rfc3339.Text(asOf)}.")
        : asOf.Year - year > TrendYears ? throw QueryParameters.Bad("trendFrom", $"A trend has at most {TrendYears} years: begin later.")
        : [.. Enumerable.Range(year, Math.Max(0, asOf.Year - year)).Select(x => new DateOnly(x, 12, 31)), asOf];

    private static int? TrendOf(QueryParameters query)
    {
        var from = (int?)query.Number("trendFrom", 1900, 9999);
        return query.Word("trend", ["year"]) is not null ? from ?? FirstYear
            : from is null ? null : throw QueryParameters.Bad("trendFrom", "Is of a trend: give trend=year with it.");
    }

    internal static void Write(Utf8JsonWriter writer, Line line)
    {
        writer.WriteStartObject();
        writer.WriteString("recipient", line.Recipient);
        writer.WriteString("name", Country.NameOf(line.Recipient));
        JsonShapes.WriteDay(writer, "ended", Country.Ended.TryGetValue(line.Recipient, out var end) ? end : null);
        WriteTotals(writer, "headline", line.Totals, line.Trend);
        writer.WriteNumber("holdings", line.All.Holdings);
        writer.WriteNumber("reports", line.All.Reports);
        writer.WriteNumber("conflicted", line.All.Conflicted);
        JsonShapes.WriteDay(writer, "newestReported", line.All.NewestReported);
        writer.WriteEndObject();
    }

    private static void WriteTotals(Utf8JsonWriter writer, string member, TotalsOfDays totals, IReadOnlyList<DateOnly>? trend)
    {
        writer.WriteStartObject(member);
        JsonShapes.WriteTotal(writer, totals[^1]);
        writer.WriteEndObject();
        if (trend is null)
        {
            return;
        }

        writer.WriteStartArray("trend");
        foreach (var (day, total) in trend.Zip(totals))
        {
            writer.WriteStartObject();
            writer.WriteString("asOf", Rfc3339.Text(day));
            JsonShapes.WriteBounds(writer, total);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <param name="Recipient">Its code.</param>
    /// <param name="Totals">The totals of the days.</param>
    /// <param name="All">The total of all holdings that the filter does not leave out, of which only counts are told.</param>
    /// <param name="Trend">The days, where the trend is asked for.</param>
    internal sealed record Line(string Recipient, TotalsOfDays Totals, Total All, IReadOnlyList<DateOnly>? Trend);
}
