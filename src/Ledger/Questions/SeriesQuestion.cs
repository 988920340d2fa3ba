using System.Globalization;
using System.Text.Json;
using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/series: low, best and high over time, of one holding, of some categories or of the fleet's headline.
/// A point equals the answer of the fleet at the point's day: the same evidence, the same function (decision 0010). Not paged.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Platform">Slug; null: no single holding.</param>
/// <param name="From">The first day; null: the earliest middle day of its reports.</param>
/// <param name="Every">The length of the periods.</param>
/// <param name="Clocks">The clocks; asOf is the last day.</param>
public sealed record SeriesQuestion(string Recipient, string? Platform, DateOnly? From, Every Every, ClockParameters Clocks) : IQuestion
{
    private static readonly string[] Columns = ["asOf", "low", "best", "high", "closedHigh", "openHoldings"];

    /// <summary>All holdings of these categories; null: those of the headline.</summary>
    public IReadOnlySet<Category>? Categories { get; init; }

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/countries/{code}/series", "series",
        [.. ClockParameters.Names, "platform", CategoryList.Name, "from", "to", "every"], (query, part) => new SeriesQuestion(
            part("code"), query.Platform(), query.Day("from"), WordNames.Parse<Every>(query.Word("every", Periods.Steps)) ?? Every.Month,
            // A series is a range of asOf, whose end is the asOf of the basis.
            ClockParameters.Of(query, new ClockNames(AsOf: ClockNames.EndOf(query, "asOf"))))
        {
            Categories = CategoryList.Of(query) is not { } categories || query.Platform() is null ? CategoryList.Of(query)
                : throw QueryParameters.Bad(CategoryList.Name, "A platform is of one category: give one of the two."),
        });

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, null, cancellation);
        if (From > basis.AsOf)
        {
            throw QueryParameters.Bad("from", $"Lies after the series' end, {Rfc3339.Text(basis.AsOf)}.");
        }

        var (holdings, last) = await ReadAsync(basis, sources, cancellation);
        var narrowed = await sources.Bases.NarrowAsync(basis, last, cancellation);
        return Answer.List(narrowed, Columns, Write, () => Task.FromResult((
            Every == Every.Change ? TurnsOf(basis, holdings) : PointsOf(holdings, basis.Clocks, DaysOf(basis, holdings)), (string?)null)));
    }

    /// <summary>The holdings of the series, and the position of the last event that affects it.</summary>
    private async Task<(List<HoldingEvidence> Holdings, long Last)> ReadAsync(Basis basis, Sources sources, CancellationToken cancellation)
    {
        if (Platform is not null)
        {
            var holding = await sources.Evidence.OfHoldingAsync(Recipient, basis.Catalogue.Find(Platform), basis.Knowledge, cancellation);
            var since = await Unknown.ThrowIfUnknownAsync(holding, Platform, basis, sources.Evidence, cancellation);
            return ([holding], LastAffecting.Of([holding], least: since));
        }

        var all = await sources.Evidence.OfRecipientAsync(Recipient, basis.Knowledge, cancellation);
        Unknown.ThrowIfUnknown(Recipient, all);
        bool Counts(HoldingEvidence holding) => Categories?.Contains(holding.Platform.Category)
            ?? TotalKey.Of(holding.Platform, basis.Method).IsHeadline;
        return ([.. all.Where(Counts)], LastAffecting.Of(all, Counts));
    }

    /// <summary>The days of all points. Without <c>from</c> a series begins at the earliest middle day of its reports, or later if it would
    /// have more than <see cref="Limits.SeriesPoints"/> points.</summary>
    private List<DateOnly> DaysOf(Basis basis, List<HoldingEvidence> holdings)
    {
        if (From is not { } from)
        {
            return [.. Periods.Ends(FirstDay(holdings, basis), basis.AsOf, Every).TakeLast(Limits.SeriesPoints)];
        }

        var days = Periods.Ends(from, basis.AsOf, Every).Take(Limits.SeriesPoints + 1).ToList();
        return days.Count <= Limits.SeriesPoints ? days : throw TooLong();
    }

    /// <summary>The points of the days on which the estimate turns, of the first and of the last day.</summary>
    private IEnumerable<(DateOnly Day, Total Total)> TurnsOf(Basis basis, List<HoldingEvidence> holdings)
    {
        var from = From ?? FirstDay(holdings, basis);
        var since = from;
        var bends = new SortedSet<DateOnly> { from, basis.AsOf };
        var moves = new HashSet<DateOnly>();
        foreach (var turns in holdings.Select(x => x.Turns(basis.Clocks, from, basis.AsOf)))
        {
            since = since > turns.Since ? since : turns.Since;
            bends.UnionWith(turns.Bends);
            moves.UnionWith(turns.Moves);
        }

        var points = PointsOf(holdings, basis.Clocks, [.. bends.Union(moves).Where(x => x >= since).Order()]).ToList();
        // What one holding gains another may lose, and of an open high nothing is seen.
        var seen = points.Where((x, i) => i == 0 || bends.Contains(x.Day) || x.Total.Low != points[i - 1].Total.Low
            || x.Total.High != points[i - 1].Total.High).ToList();
        return From is null ? seen.TakeLast(Limits.SeriesPoints)
            : since > from || seen.Count > Limits.SeriesPoints ? throw TooLong() : seen;
    }

    private static ProblemException TooLong() => QueryParameters.Bad("from", string.Create(CultureInfo.InvariantCulture,
        $"A series has at most {Limits.SeriesPoints} points: begin later, end sooner, or ask for fewer with every."));

    /// <summary>The earliest day on which anything is in effect; by method 1 the earliest middle day. At DateOnly.MaxValue every report
    /// that counts is in effect for high.</summary>
    private static DateOnly FirstDay(List<HoldingEvidence> holdings, Basis basis) => holdings
        .SelectMany(x => x.Effects(basis.Clocks with { AsOf = DateOnly.MaxValue }))
        .Where(x => x.High)
        .Select(x => basis.Method.TotalsClimb && !x.When.HasOpenStart ? x.When.Earliest : x.When.Middle).Append(basis.AsOf).Min();

    private static IEnumerable<(DateOnly Day, Total Total)> PointsOf(
        List<HoldingEvidence> holdings, Clocks clocks, List<DateOnly> days)
    {
        var totals = new Total[days.Count];
        Array.Fill(totals, Total.None);
        foreach (var holding in holdings)
        {
            var estimates = holding.Estimates(clocks, days);
            for (var i = 0; i < totals.Length; i++)
            {
                totals[i] = totals[i].With(estimates[i]);
            }
        }

        for (var i = 0; i < totals.Length; i++)
        {
            yield return (days[i], totals[i]);
        }
    }

    private static void Write(Utf8JsonWriter writer, (DateOnly Day, Total Total) point)
    {
        writer.WriteStartObject();
        writer.WriteString("asOf", Rfc3339.Text(point.Day));
        JsonShapes.WriteBounds(writer, point.Total);
        writer.WriteEndObject();
    }
}
