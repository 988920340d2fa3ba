using System.Globalization;
using Ledger.Evidence;
using Ledger.Reports;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/reports: reports as recorded, ordered by position.</summary>
public sealed record ReportsQuestion(ReportFilter Filter, ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Filters = ["recipient", "platform", "deal", "kind", "publisher", "feed", "recordedFrom", "recordedTo"];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/reports", "reports",
        [.. ClockParameters.Names, .. PageRequest.Parameters, .. Filters],
        (query, _) => new ReportsQuestion(FilterOf(query), ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var after = Page.After is not { } key ? 0 : Digits.TryParse(key, out var position) ? position : throw Cursor.Bad();
        var filter = Filter with { ReportedBy = basis.ReportedBy };
        // A new alias of the platform can change the list too.
        var narrowed = await sources.Bases.NarrowAsync(basis, async () => Math.Max(
            await sources.Evidence.LastOfAsync(filter, basis.Knowledge, cancellation),
            filter.Platform is null ? 0 : basis.Catalogue.Find(filter.Platform).ChangedAt), cancellation);
        return Answer.List(narrowed, ReportJson.Columns, (writer, x) => ReportJson.Write(writer, x.Report), async () =>
        {
            var positions = await sources.Evidence.PositionsAsync(filter, after, Page.Limit + 1, basis.Knowledge, cancellation);
            return (sources.Reports.AtAsync([.. positions.Take(Page.Limit)], x => x, cancellation),
                Page.NextKey(positions, x => x.ToString(CultureInfo.InvariantCulture)));
        });
    }

    private static ReportFilter FilterOf(QueryParameters query) => new()
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
