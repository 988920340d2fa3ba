using System.Globalization;
using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/countries/{code}/series: low, best and high over time, of one holding or of the fleet's headline. A point is what
/// the fleet answers when it is asked about the point's day: the same evidence, the same function (decision 0010).</summary>
public static class SeriesQuestion
{
    private static readonly string[] Parameters = [.. Basis.Parameters, .. PageRequest.Parameters, "platform", "from", "to", "every"];

    private static readonly string[] Columns = ["asOf", "low", "best", "high", "closedHigh", "openHoldings"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/countries/{code}/series", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("series");

    private static async Task AnswerAsync(HttpContext http, string code, BasisResolver clocks, EvidenceReader evidence)
    {
        QueryParameters.Only(http, Parameters);
        var every = WordNames.Parse<Every>(QueryParameters.Word(http, "every", Periods.Steps)) ?? Every.Month;
        var from = QueryParameters.Day(http, "from");
        // The clock that runs along a series is asOf: its end takes the clock's place, in the basis too.
        var page = await PageRequest.BeginAsync(http, clocks, new ClockNames(AsOf: ClockNames.EndOf(http, "asOf")));
        var basis = page.Basis;
        if (from > basis.AsOf)
        {
            throw QueryParameters.Bad("from", $"Lies after the series' end, {Rfc3339.Text(basis.AsOf)}.");
        }

        var (holdings, last) = await ReadAsync(http, code, basis, evidence);
        var days = DaysOf(from, basis, every, holdings);
        var rest = days.FindAll(x => page.After is null || x > AfterOf(page.After));
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        var next = page.Next(http, answer.Basis, rest, Rfc3339.Text);
        if (!answer.NotModified)
        {
            await PageRequest.WriteAsync(answer, PointsOf(holdings, basis, [.. rest.Take(page.Limit)]), Columns, Write, next);
        }
    }

    /// <summary>The holdings that make the series, and the position of the last event that affects it.</summary>
    private static async Task<(List<HoldingEvidence> Holdings, long Last)> ReadAsync(HttpContext http, string code, Basis basis, EvidenceReader evidence)
    {
        if (QueryParameters.Text(http, "platform") is { } name)
        {
            var slug = Slug.OfPlatform(name) ?? throw QueryParameters.Bad("platform", "A platform's slug or name.");
            var holding = await evidence.OfHoldingAsync(code, basis.Catalogue.Find(slug), basis, http.RequestAborted);
            return ([holding], holding.Reports.Count > 0 ? holding.LastEvent
                : Math.Max(holding.LastEvent, await HoldingQuestion.RefuseUnknownAsync(code, slug, basis, evidence, http.RequestAborted)));
        }

        var all = await evidence.OfRecipientAsync(code, basis, http.RequestAborted);
        if (all.Count == 0)
        {
            return Country.IsState(code) ? ([], 0) : throw FleetQuestion.NoSuchRecipient(code);
        }

        // Of what is not in the headline the catalogue's last word counts: it may be what keeps it out.
        return ([.. all.Where(IsHeadline)], Math.Max(FleetQuestion.FirstOf(all), all.Max(x => IsHeadline(x) ? x.LastEvent : x.Platform.ChangedAt)));
    }

    private static bool IsHeadline(HoldingEvidence holding) => FleetTotals.IsHeadline(holding.Platform.Category, holding.Platform.Class);

    /// <summary>The days of all points. A series that was not told where to begin does so when the first of its reports probably
    /// happened, or as late as its limit needs.</summary>
    private static List<DateOnly> DaysOf(DateOnly? from, Basis basis, Every every, List<HoldingEvidence> holdings)
    {
        if (from is null)
        {
            return [.. Periods.Ends(FirstDay(holdings, basis), basis.AsOf, every).TakeLast(Limits.SeriesPoints)];
        }

        var days = Periods.Ends(from.Value, basis.AsOf, every).Take(Limits.SeriesPoints + 1).ToList();
        return days.Count <= Limits.SeriesPoints ? days : throw QueryParameters.Bad("from", string.Create(CultureInfo.InvariantCulture,
            $"A series has at most {Limits.SeriesPoints} points: begin later, end sooner, or ask for fewer with every."));
    }

    /// <summary>The end of all time is when whatever counts is in effect for high.</summary>
    private static DateOnly FirstDay(List<HoldingEvidence> holdings, Basis basis) => holdings
        .SelectMany(x => Estimator.EffectsOf(x.Reports, DateOnly.MaxValue, basis.Position, basis.ReportedBy))
        .Where(x => x.High).Select(x => x.When.Middle).Append(basis.AsOf).Min();

    private static IEnumerable<(DateOnly Day, Total Total)> PointsOf(List<HoldingEvidence> holdings, Basis basis, IReadOnlyList<DateOnly> days)
    {
        var totals = new Total[days.Count];
        foreach (var holding in holdings)
        {
            var estimates = holding.Estimates(basis, days);
            for (var i = 0; i < totals.Length; i++)
            {
                totals[i] = totals[i].With(estimates[i]);
            }
        }

        return days.Zip(totals);
    }

    private static void Write(Utf8JsonWriter writer, (DateOnly Day, Total Total) point)
    {
        writer.WriteStartObject();
        writer.WriteString("asOf", Rfc3339.Text(point.Day));
        JsonShapes.WriteTotal(writer, point.Total);
        writer.WriteEndObject();
    }

    private static DateOnly AfterOf(string key) =>
        DateOnly.TryParseExact(key, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw Cursor.Bad();
}
