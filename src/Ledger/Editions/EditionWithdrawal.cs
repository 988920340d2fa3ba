using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Vocabulary;
using Marten;

namespace Ledger.Editions;

/// <summary>The first part of a withdrawal: finds what an import recorded, and writes a line for each order with the retractions of its
/// reports, and for each platform that the import defined a definition that sets it back.</summary>
public sealed class EditionWithdrawal(FeedReader evidence, CatalogueReader catalogue, LedgerEnd ledgerEnd, EditionJobs jobs)
{
    /// <summary>Makes the lines.</summary>
    /// <returns>The message for the next part; null where another node has ended this one.</returns>
    public async Task<ContinueEdition?> BeginAsync(BegunPart part, IDocumentSession session, CancellationToken cancellation)
    {
        var end = await ledgerEnd.NowAsync(cancellation);
        var prefix = RegisterReports.PrefixOf(part.Published, part.Request.File);
        var isOfYears = part.Request.Form is RegisterForm.Years;
        var retracted = await evidence.RetractedOfFeedAsync(RegisterReports.Feed, end, cancellation);
        var recorded = new Dictionary<(string Recipient, string Supplier, string Key), List<(Guid EventId, string Id)>>();
        await foreach (var (row, id) in evidence.OfDayAsync(RegisterReports.Feed, part.Published, end, cancellation))
        {
            var (eventId, kind) = (row.Evidence.EventId, row.Evidence.Kind);
            if (kind is ReportKind.Retraction || retracted.Contains(eventId) || !id.StartsWith(prefix, StringComparison.Ordinal)
                || isOfYears != RegisterReports.IsOfYears(id))
            {
                continue;
            }

            var key = (row.Recipient, row.Evidence.Supplier, row.Evidence.Deal ?? id);
            if (!recorded.TryGetValue(key, out var reports))
            {
                recorded[key] = reports = [];
            }

            reports.Add((eventId, id));
        }

        var lines = recorded.Select(x => new EditionLine(null, LineStatus.Withdrawn)
        {
            Recipient = x.Key.Recipient,
            Deal = x.Key.Key.StartsWith(prefix, StringComparison.Ordinal) ? null : x.Key.Key,
            Posts =
            [
                .. x.Value.Select(report => ReportToPost.Of(
                    RegisterReports.RetractionOf(report.EventId, report.Id, part.Request.Reason!, part.Reporter))),
            ],
        });
        var setBack = await SetBackAsync(part, cancellation);
        return await EditionLines.WriteAsync(
            session, part, new ComparedEdition(setBack.Select(EditionLines.OfDefinition).Concat(lines), null, null), end, cancellation);
    }

    /// <summary>The definitions that set platforms back to what they were before the import.</summary>
    private async Task<List<PlatformDefined>> SetBackAsync(BegunPart part, CancellationToken cancellation)
    {
        var (defined, comparedAt) = await jobs.DefinedByAsync(part.Request, cancellation);
        if (defined.Count == 0)
        {
            return [];
        }

        var now = await catalogue.LatestAsync(cancellation);
        var then = catalogue.At(comparedAt);
        var setBack = new List<PlatformDefined>();
        foreach (var slug in defined)
        {
            // A person's definition since then stays.
            if (now.Knows(slug) && now.Find(slug).Definition is { Feed: RegisterReports.Feed } current)
            {
                setBack.Add(then.Knows(slug) ? then.Find(slug).Definition
                    : current with { Category = WordNames.Of(Category.Other), Class = WordNames.Of(PlatformClass.Durable) });
            }
        }

        return setBack;
    }
}
