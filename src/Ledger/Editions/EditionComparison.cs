using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Store;
using Marten;

namespace Ledger.Editions;

/// <summary>The first part of an import: compares the file with the newest edition before its day, and writes a row for each line of the
/// import, with the reports that it will post. The reports of the import itself are not part of the comparison.</summary>
public sealed class EditionComparison(
    FeedReader evidence, CatalogueReader catalogue, LedgerEnd ledgerEnd, EditionsHeld editions, EditionJobs jobs, YearsComparison years)
{
    /// <summary>Compares the file.</summary>
    /// <returns>The message for the next part; null where another node has ended this one.</returns>
    /// <exception cref="ProblemException">409: a newer edition is held; 422: a selection, lost marks, or far fewer orders than
    /// before.</exception>
    public async Task<ContinueEdition?> CompareAsync(BegunPart part, IDocumentSession session, CancellationToken cancellation)
    {
        var file = RegisterFile.Open(await jobs.FileAsync(part.Number, cancellation));
        var end = await ledgerEnd.NowAsync(cancellation);
        var held = await editions.ListAsync(cancellation);
        var platforms = await catalogue.LatestAsync(cancellation);
        if (part.Request.Form is RegisterForm.Years)
        {
            return await EditionLines.WriteAsync(
                session, part, await years.CompareAsync(part, file, held, platforms, end, cancellation), end, cancellation);
        }

        var (rows, broken) = file.ReadAll();
        var counted = EditionCounts.Of(part.Request, rows);
        var before = await EditionBefore.ReadAsync(evidence, platforms, part.Published.AddDays(-1), end, cancellation);
        var days = before.Days(RegisterForm.Orders);
        if (days.Any(x => x > part.Published))
        {
            throw EditionResponse.Older(part.Published, days.Max());
        }

        var heldBefore = EditionsHeld.Before(held, RegisterForm.Orders, part.Published);
        EditionChecks.Refuse(part.Request, file.Scope, counted, heldBefore);
        counted = EditionChecks.WithMarks(part.Request, counted, heldBefore);
        var lines = LinesOf(part, rows, broken, before, platforms, out var listed, out var delisted);
        EditionChecks.RefuseCut(part.Request, delisted, listed, "orders");
        var begun = days.Where(x => x < part.Published).Select(x => (DateOnly?)x).Max();
        var unfinished = begun is { } day && held.All(x => x.Day != day || x.Form is not RegisterForm.Orders) ? begun : null;
        return await EditionLines.WriteAsync(session, part, new ComparedEdition(lines, counted, unfinished), end, cancellation);
    }

    private static IEnumerable<EditionLine> LinesOf(BegunPart part, List<RegisterRow> rows, List<BrokenRecord> broken, EditionBefore before,
        CatalogueAt catalogue, out int listed, out int delisted)
    {
        var names = new ResolvedNames();
        var platforms = RegisterPlatforms.Of(
            rows.Select(x => (x.Designation, x.Description)), catalogue, before.Platforms, isWhole: !part.Request.IsSelection);
        var resolved = rows.ConvertAll(x => new ResolvedRow(
            x, names.CodeOf(x.Recipient), names.CodeOf(x.Supplier), names.PlatformOf(platforms, x.Designation, x.Description)));
        var orders = before.Orders.ToList();
        var suspects = new BrokenOrders(broken, names, catalogue);
        var isSuspect = orders.ConvertAll(suspects.MayBe);
        var partners = OrderPairing.Of(orders.ConvertAll(x => x.Content(platforms.CategoryOf)),
            resolved.ConvertAll(x => ContentOf(x, platforms)), i => isSuspect[i], part.Request.IsSelection);
        var paired = partners.Where(x => x >= 0).ToHashSet();
        var reports = new RegisterReports(part.Published, part.Request.File);
        var difference = new EditionDifference(before, reports, part.Published, part.Request.IsSelection, part.Request.InheritsFlags);
        var compared = difference.Compare(resolved, [.. partners.Select(x => x < 0 ? null : orders[x])]);
        var vanished = part.Request.IsSelection ? [] : Enumerable.Range(0, orders.Count)
            // What a newer edition by year says is not taken back by this one.
            .Where(i => !paired.Contains(i) && orders[i].StandingBy(part.Published).Any()).ToList();
        var undecided = vanished.FindAll(i => isSuspect[i]).ConvertAll(i => orders[i]);
        var lost = vanished.FindAll(i => !isSuspect[i]).ConvertAll(i => orders[i]);
        (listed, delisted) = (orders.Count(x => x.IsListed), lost.Count(x => x.IsListed));
        // A selection defines nothing that no order of it needs.
        var needed = compared.Where(x => x.Finding == LineStatus.New
            || !part.Request.IsSelection).Select(x => x.Row.Platform.Slug).ToHashSet();
        return platforms.Defined.Where(x => needed.Contains(x.Platform)).Select(EditionLines.OfDefinition)
            .Concat(EditionLines.InOrder(compared.Select(x => new EditionLine(x.Row.Row.Line, x.Finding)
            {
                Recipient = x.Row.Recipient,
                Deal = x.Deal,
                Platform = x.Row.Platform.Slug,
                Posts = [.. x.Reports.Select(ReportToPost.Of)],
            }), broken))
            .Concat(lost.Select(x => new EditionLine(null, LineStatus.Delisted)
            {
                Recipient = x.Recipient, Deal = x.Deal, Platform = x.Platform,
                Posts = [.. difference.DelistingsOf(x).Select(ReportToPost.Of)],
            }))
            .Concat(undecided.Select(x => new EditionLine(null, LineStatus.Undecided)
            {
                Recipient = x.Recipient, Deal = x.Deal, Platform = x.Platform,
            }))
            .Concat(names.Unresolved);
    }

    private static OrderContent ContentOf(ResolvedRow row, RegisterPlatforms platforms) => new(
        row.Recipient, row.Supplier, row.Platform.Designation, platforms.CategoryOf(row.Platform.Slug),
        row.Row.YearOfOrder, row.Row.Ordered, row.Row.Delivered,
        OrderContent.YearsOf(row.Row.FirstDelivery, row.Row.LastDelivery), OrderContent.HashOf(row.Row.Comments),
        row.Platform.Slug, OrderContent.MarksOf(row.Row.YearIsUncertain, row.Row.OrderedIsUncertain,
            row.Row.DeliveredIsUncertain && row.Row.Delivered > 0, RegisterReports.ConditionOf(row.Row.Status)));
}
