using System.Globalization;
using System.Text.Json;
using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/series: low, best and high over time, of one holding or of the fleet's headline. A point
/// equals the answer of the fleet at the point's day: the same evidence, the same function (decision 0010).</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Platform">Slug; null: the headline.</param>
/// <param name="From">The first day; null: the earliest middle day of its reports.</param>
/// <param name="Every">The length of the periods.</param>
/// <param name="Clocks">The clocks; asOf is the last day.</param>
/// <param name="Page">The page.</param>
public sealed record SeriesQuestion(
    string Recipient, string? Platform, DateOnly? From, Every Every, ClockParameters Clocks, PageRequest Page)
    : IQuestion
{
    private static readonly string[] Columns = ["asOf", "low", "best", "high", "closedHigh", "openHoldings"];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/countries/{code}/series", "series",
        [.. ClockParameters.Names, .. PageRequest.Parameters, "platform", "from", "to", "every"], (query, part) => new SeriesQuestion(
            part("code"), query.Platform(), query.Day("from"), WordNames.Parse<Every>(query.Word("every", Periods.Steps)) ?? Every.Month,
            // A series is a range of asOf, whose end is the asOf of the basis.
            ClockParameters.Of(query, new ClockNames(AsOf: ClockNames.EndOf(query, "asOf"))), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        if (From > basis.AsOf)
        {
            throw QueryParameters.Bad("from", $"Lies after the series' end, {Rfc3339.Text(basis.AsOf)}.");
        }

        var (holdings, last) = await ReadAsync(basis, sources, cancellation);
        var narrowed = await sources.Bases.NarrowAsync(basis, last, cancellation);
        return Answer.List(narrowed, Columns, Write, () =>
        {
            var after = Page.After is { } key ? AfterOf(key) : (DateOnly?)null;
            var rest = DaysOf(basis, holdings).FindAll(x => !(x <= after));
            return Task.FromResult((PointsOf(holdings, basis.Clocks, [.. rest.Take(Page.Limit)]), Page.NextKey(rest, Rfc3339.Text)));
        });
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
        bool IsHeadline(HoldingEvidence holding) => TotalKey.Of(holding.Platform, basis.Method).IsHeadline;
        return ([.. all.Where(IsHeadline)], LastAffecting.Of(all, IsHeadline));
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
        return days.Count <= Limits.SeriesPoints ? days : throw QueryParameters.Bad("from", string.Create(CultureInfo.InvariantCulture,
            $"A series has at most {Limits.SeriesPoints} points: begin later, end sooner, or ask for fewer with every."));
    }

    /// <summary>The earliest middle day. At DateOnly.MaxValue every report that counts is in effect for high.</summary>
    private static DateOnly FirstDay(List<HoldingEvidence> holdings, Basis basis) => holdings
        .SelectMany(x => x.Effects(basis.Clocks with { AsOf = DateOnly.MaxValue }))
        .Where(x => x.High).Select(x => x.When.Middle).Append(basis.AsOf).Min();

    private static IEnumerable<(DateOnly Day, Total Total)> PointsOf(
        List<HoldingEvidence> holdings, Clocks clocks, IReadOnlyList<DateOnly> days)
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

    private static DateOnly AfterOf(string key) => Rfc3339.TryParseDay(key, out var day) ? day : throw Cursor.Bad();
}
