using System.Text.Json;
using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>GET /v1/countries: every recipient with the headline total of its fleet, ordered by code. A page reads only the reports of its
/// own recipients.</summary>
public sealed record CountriesQuestion(ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Columns =
    [
        "recipient", "name", .. JsonShapes.TotalColumns("headline"), "holdings", "reports", "conflicted", "newestReported",
    ];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/countries", "countries",
        [.. ClockParameters.Names, .. PageRequest.Parameters],
        (query, _) => new CountriesQuestion(ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var narrowed = await sources.Bases.NarrowAsync(basis,
            () => sources.Evidence.LastAffectingAsync(recipient: null, platform: null, basis.Knowledge, cancellation), cancellation);
        return Answer.List(narrowed, Columns, Write, async () =>
        {
            var codes = (await sources.Evidence.RecipientsAsync(basis.Position, cancellation))
                .SkipWhile(x => string.CompareOrdinal(x, Page.After) <= 0).Take(Page.Limit + 1).ToList();
            return (LinesAsync([.. codes.Take(Page.Limit)], basis, sources, cancellation), Page.NextKey(codes, x => x));
        });
    }

    private static async IAsyncEnumerable<Line> LinesAsync(IReadOnlyList<string> codes, Basis basis, Sources sources,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var some in codes.Chunk(ByRecipient.RecipientsPerRead))
        {
            var holdings = await sources.Evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation);
            foreach (var country in holdings.GroupBy(x => x.Recipient, StringComparer.Ordinal))
            {
                yield return LineOf(country.Key, [.. country], basis.Clocks);
            }
        }
    }

    internal static Line LineOf(string code, IReadOnlyList<HoldingEvidence> holdings, Clocks clocks)
    {
        var estimates = holdings.Where(x => x.IsReported(clocks)).Select(x => (x.Platform, Estimate: x.Estimate(clocks))).ToList();
        var all = estimates.Aggregate(Total.None, (total, x) => total.With(x.Estimate));
        return new Line(code, FleetTotals.Of(estimates, clocks.Method).Headline, all);
    }

    internal static void Write(Utf8JsonWriter writer, Line line)
    {
        writer.WriteStartObject();
        writer.WriteString("recipient", line.Recipient);
        writer.WriteString("name", Country.NameOf(line.Recipient));
        writer.WriteStartObject("headline");
        JsonShapes.WriteTotal(writer, line.Headline);
        writer.WriteEndObject();
        writer.WriteNumber("holdings", line.All.Holdings);
        writer.WriteNumber("reports", line.All.Reports);
        writer.WriteNumber("conflicted", line.All.Conflicted);
        JsonShapes.WriteDay(writer, "newestReported", line.All.NewestReported);
        writer.WriteEndObject();
    }

    /// <param name="Headline">The total of the unmanned aircraft.</param>
    /// <param name="All">The total of all holdings, of which only counts are told.</param>
    internal sealed record Line(string Recipient, Total Headline, Total All);
}
