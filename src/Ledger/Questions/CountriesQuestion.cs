using System.Text.Json;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/countries: every recipient with its fleet's total, ordered by code. A page reads only the reports of its own
/// recipients.</summary>
public static class CountriesQuestion
{
    private static readonly string[] Parameters = [.. Basis.Parameters, .. PageRequest.Parameters];

    private static readonly string[] Columns =
    [
        "recipient", "name", "headline.low", "headline.best", "headline.high", "headline.closedHigh", "headline.openHoldings", "holdings", "conflicted",
        "newestReported",
    ];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/countries", AnswerAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("countries");

    private static async Task AnswerAsync(HttpContext http, BasisResolver clocks, EvidenceReader evidence)
    {
        QueryParameters.Only(http, Parameters);
        var page = await PageRequest.BeginAsync(http, clocks);
        var basis = page.Basis;
        var codes = await evidence.RecipientsAsync(page.After ?? "", page.Limit + 1, basis.Position, http.RequestAborted);
        var last = Math.Max(await evidence.LastAsync(basis.Position, http.RequestAborted), basis.Catalogue.Position);
        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(basis, last, http.RequestAborted));
        var next = page.Next(http, answer.Basis, codes, x => x);
        if (answer.NotModified)
        {
            return;
        }

        var countries = await CountriesAsync([.. codes.Take(page.Limit)], basis, evidence, http.RequestAborted);
        await PageRequest.WriteAsync(answer, countries, Columns, Write, next);
    }

    private static async Task<List<Line>> CountriesAsync(IReadOnlyList<string> codes, Basis basis, EvidenceReader evidence, CancellationToken cancellation)
    {
        var lines = new List<Line>(codes.Count);
        // Some at a time: neither a round trip each, nor a page's whole evidence in memory.
        foreach (var some in codes.Chunk(10))
        {
            var holdings = await evidence.OfRecipientsAsync(some, basis, cancellation);
            foreach (var country in holdings.GroupBy(x => x.Recipient, StringComparer.Ordinal))
            {
                lines.Add(LineOf(country.Key, [.. country], basis));
            }
        }

        return lines;
    }

    internal static Line LineOf(string code, IReadOnlyList<HoldingEvidence> holdings, Basis basis)
    {
        var estimates = holdings.Where(x => x.IsSpokenOf(basis)).Select(x => (x.Platform, Estimate: x.Estimate(basis))).ToList();
        var headline = FleetTotals.Of(estimates.Select(x => (x.Platform.Category, x.Platform.Class, x.Estimate))).Headline;
        return new Line(code, headline, estimates.Count, estimates.Count(x => x.Estimate.Conflicted), estimates.Max(x => x.Estimate.NewestReported));
    }

    internal static void Write(Utf8JsonWriter writer, Line line)
    {
        writer.WriteStartObject();
        writer.WriteString("recipient", line.Recipient);
        writer.WriteString("name", Country.NameOf(line.Recipient));
        writer.WriteStartObject("headline");
        JsonShapes.WriteTotal(writer, line.Headline);
        writer.WriteEndObject();
        writer.WriteNumber("holdings", line.Holdings);
        writer.WriteNumber("conflicted", line.Conflicted);
        JsonShapes.WriteDay(writer, "newestReported", line.NewestReported);
        writer.WriteEndObject();
    }

    internal sealed record Line(string Recipient, Total Headline, int Holdings, int Conflicted, DateOnly? NewestReported);
}
