using System.Globalization;
using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/reports: reports as recorded, ordered by position.</summary>
/// <param name="Filter">Which reports.</param>
/// <param name="NewestFirst">Whether the last recorded come first.</param>
/// <param name="Clocks">The clocks.</param>
/// <param name="Page">The page.</param>
public sealed record ReportsQuestion(ReportFilter Filter, bool NewestFirst, ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Filters = ["recipient", "platform", "deal", "kind", "publisher", "feed", "recordedFrom", "recordedTo"];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/reports", "reports",
        [.. ClockParameters.Names, .. PageRequest.Parameters, .. Filters, "sort"],
        (query, _) => new ReportsQuestion(
            FilterOf(query), query.Word("sort", ["newest"]) is not null, ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var first = NewestFirst ? long.MaxValue : 0;
        var after = Page.After is not { } key ? first : Digits.TryParse(key, out var position) ? position : throw Cursor.Bad();
        var filter = Filter with { ReportedBy = basis.ReportedBy };
        var narrowed = await sources.Bases.NarrowAsync(
            basis, () => sources.Evidence.LastOfAsync(filter, basis.Knowledge, cancellation), cancellation);
        return Answer.List(narrowed, ListedReport.Columns, (writer, x) => x.Write(writer), async () =>
        {
            var rows = await sources.Evidence.MatchingAsync(filter, after, Page.Limit + 1, basis.Knowledge, NewestFirst, cancellation);
            return (ListedAsync([.. rows.Take(Page.Limit)], basis.Catalogue, sources, cancellation),
                Page.NextKey(rows, x => x.Evidence.Position.ToString(CultureInfo.InvariantCulture)));
        });
    }

    private static async IAsyncEnumerable<ListedReport> ListedAsync(IReadOnlyList<EvidenceRow> rows, CatalogueAt catalogue, Sources sources,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var named = await sources.Evidence.OfIdsAsync(
            [.. rows.Select(x => ListedReport.DayOf(x.Evidence)).OfType<Guid>().Distinct()], cancellation);
        var targets = named.ToDictionary(x => x.Evidence.EventId, x => x.Evidence);
        await foreach (var (row, report) in sources.Reports.AtAsync(rows, x => x.Evidence.Position, cancellation))
        {
            yield return ListedReport.Of(
                report, row, ListedReport.DayOf(row.Evidence) is { } id ? targets.GetValueOrDefault(id) : null, catalogue);
        }
    }

    private static ReportFilter FilterOf(QueryParameters query)
    {
        var filter = ReadFilter(query);
        return filter.RecordedFrom > filter.RecordedTo ? throw QueryParameters.Bad("recordedFrom", "Lies after recordedTo.") : filter;
    }

    private static ReportFilter ReadFilter(QueryParameters query) => new()
    {
        Recipient = query.Code("recipient"),
        Platform = query.Platform(),
        Deal = query.Text("deal") is { } deal ? Slug.IsLabel(deal) ? deal : throw QueryParameters.Bad("deal", "The slug of a deal.") : null,
        Kind = WordNames.Parse<ReportKind>(query.Word("kind", WordNames.Kinds)),
        Publisher = Text(query, "publisher"),
        Feed = Text(query, "feed"),
        RecordedFrom = query.Time("recordedFrom"),
        RecordedTo = query.Time("recordedTo"),
    };

    private static string? Text(QueryParameters query, string name)
    {
        var text = query.Text(name);
        return text?.Contains('\0', StringComparison.Ordinal) == true ? throw QueryParameters.Bad(name, "Not a text.") : text;
    }
}
