using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Vocabulary;
using Marten;
using Npgsql;

namespace Ledger.Editions;

/// <summary>The first part of an import: compares the file with the newest edition before its day, and writes a row for each line of the
/// import, with the reports that it will post. The reports of the import itself are not part of the comparison.</summary>
public sealed class EditionComparison(
    EvidenceReader evidence, CatalogueReader catalogue, LedgerEnd ledgerEnd, EditionsHeld editions, EditionJobs jobs)
{
    /// <summary>A file that lacks more than this share of the orders of the edition before, and more than <see cref="Lacking"/>, is taken
    /// for truncated. Between two complete editions two years apart a twentieth was delisted.</summary>
    private const double LackingShare = 0.1;

    private const int Lacking = 100;

    /// <summary>Compares the file.</summary>
    /// <returns>The message for the next part; null where another node has ended this one.</returns>
    /// <exception cref="ProblemException">409: a newer edition is held; 422: far fewer orders than before.</exception>
    public async Task<ContinueEdition?> CompareAsync(BegunPart part, IDocumentSession session, CancellationToken cancellation)
    {
        var (rows, broken) = RegisterFile.ReadAll(await jobs.FileAsync(part.Number, cancellation));
        var end = await ledgerEnd.NowAsync(cancellation);
        var held = await editions.ListAsync(cancellation);
        var platforms = await catalogue.LatestAsync(cancellation);
        var before = await EditionBefore.ReadAsync(evidence, platforms, part.Published, end, cancellation);
        if (before.Newest > part.Published)
        {
            throw EditionResponse.Older(part.Published, before.Newest.Value);
        }

        var unresolved = new SortedSet<(string What, string Name, string As)>();
        var keyed = rows.ConvertAll(row => (row, KeyOf(row, platforms, unresolved)));
        var reports = new RegisterReports(part.Published);
        var difference = EditionDifference.Of(keyed, before, reports);
        var listed = before.Orders.Sum(x => x.Deals.Count);
        // An edition that is held already passed this check before.
        var isHeld = held.Any(x => x.Day == part.Published && x.Edition.Digest is not null);
        if (!part.Whole && !isHeld && difference.Delisted.Count > Lacking && difference.Delisted.Count > listed * LackingShare)
        {
            throw EditionResponse.Invalid("?whole", "lacking",
                $"The file lacks {difference.Delisted.Count} of the {listed} orders of the edition before, "
                + "and would delist them: it may have been cut. Nothing was recorded. If it is the whole edition, say whole=true.");
        }

        if (await EditionJobs.HoldAsync(session, part, ends: false, cancellation) is not { } connection)
        {
            return null;
        }

        var lines = Definitions(rows, platforms).Concat(OfFile(difference.Rows, broken, reports)).Concat(Delistings(difference, reports))
            .Concat(unresolved.Select(x => new EditionLine(null, LineStatus.Unresolved) { What = x.What, Name = x.Name, TakenAs = x.As }));
        var count = await WriteAsync(connection, part.Number, lines, cancellation);
        session.QueueSqlCommand(
            $"update {TableNames.Editions} set lines = ?, compared_at = ?, rows = ?, numbers = ?, flagged = ? where number = ?",
            count, end, rows.Count, rows.Count(x => x.Ordered is not null) + rows.Count(x => x.Delivered > 0),
            rows.Count(x => x.Ordered is not null && x.OrderedIsUncertain) + rows.Count(x => x.Delivered > 0 && x.DeliveredIsUncertain),
            part.Number);
        if (before.NewestBefore(part.Published) is { } begun && held.All(x => x.Day != begun))
        {
            session.QueueSqlCommand($"update {TableNames.Editions} set unfinished = ? where number = ?", begun, part.Number);
        }

        return EditionJobs.Advance(session, part, 0);
    }

    private static OrderKey KeyOf(RegisterRow row, CatalogueAt platforms, SortedSet<(string, string, string)> unresolved)
    {
        string CodeOf(string name)
        {
            var code = RegisterNames.CodeOf(name, out var isResolved);
            if (!isResolved)
            {
                unresolved.Add(("country", name, code));
            }

            return code;
        }

        if (RegisterNames.CategoryOf(row.Description) is null)
        {
            unresolved.Add(("description", row.Description, WordNames.Of(Category.Other)));
        }

        var slug = Slug.OfPlatform(row.Designation) ?? "";
        return new OrderKey(CodeOf(row.Recipient), CodeOf(row.Supplier), platforms.Resolve(slug), row.YearOfOrder);
    }

    /// <summary>Definitions of the weapons that the catalogue lacks, with the category of their description; one whose category is "other"
    /// stays provisional. They precede the reports, so that no answer shows these without a definition.</summary>
    private static IEnumerable<EditionLine> Definitions(List<RegisterRow> rows, CatalogueAt platforms)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (Slug.OfPlatform(row.Designation) is { } slug && !platforms.Knows(slug)
                && RegisterNames.CategoryOf(row.Description) is { } category && category is not Category.Other && found.Add(slug))
            {
                var used = category is Category.Missile or Category.LoiteringMunition ? PlatformClass.Expendable : PlatformClass.Durable;
                var platform = new PlatformDefined(
                    slug, row.Designation, WordNames.Of(category), WordNames.Of(used), "military", null, null, null);
                yield return new EditionLine(null, LineStatus.Defined)
                {
                    Platform = slug, Name = platform.Name, Category = platform.Category, Posts = [ReportToPost.Of(platform)],
                };
            }
        }
    }

    /// <summary>The records of the file in their order, valid or broken.</summary>
    private static IEnumerable<EditionLine> OfFile(IReadOnlyList<ComparedRow> rows, List<BrokenRecord> broken, RegisterReports reports)
    {
        var next = 0;
        foreach (var row in rows)
        {
            for (; next < broken.Count && broken[next].Line < row.Row.Line; next++)
            {
                yield return BrokenLine(broken[next]);
            }

            var posts = EditionDifference.ReportsOf(row, reports).Select(ReportToPost.Of).ToList();
            var finding = row.Before is null ? LineStatus.New : posts.Count > 0 ? LineStatus.Changed : LineStatus.Unchanged;
            yield return new EditionLine(row.Row.Line, finding)
            {
                Recipient = row.Key.Recipient, Deal = row.Deal, Posts = posts,
            };
        }

        for (; next < broken.Count; next++)
        {
            yield return BrokenLine(broken[next]);
        }
    }

    private static EditionLine BrokenLine(BrokenRecord broken)
    {
        var why = broken.Column is { } column ? $"{column}: {broken.Why}" : broken.Why;
        var where = broken.LastLine > broken.Line ? $"The record of lines {broken.Line} to {broken.LastLine}" : $"Line {broken.Line}";
        var problem = new ProblemException(ProblemKinds.Invalid, $"{where} is broken. {why}")
        {
            Errors = [new ProblemError(broken.Column is { } at ? $"/{at}" : "", "brokenRecord", broken.Why)],
        };
        return new EditionLine(broken.Line, LineStatus.Broken) { Problem = EditionJobs.TextOf(problem) };
    }

    private static IEnumerable<EditionLine> Delistings(EditionDifference difference, RegisterReports reports)
    {
        foreach (var (key, deal) in difference.Delisted)
        {
            var posts = new List<ReportToPost>(2);
            if (deal.Contract is { } contract)
            {
                posts.Add(ReportToPost.Of(reports.DelistingOf(contract, key.Recipient, deal.Deal, "contract")));
            }

            if (deal.Delivery is { } delivery)
            {
                posts.Add(ReportToPost.Of(reports.DelistingOf(delivery, key.Recipient, deal.Deal, "delivery")));
            }

            yield return new EditionLine(null, LineStatus.Delisted) { Recipient = key.Recipient, Deal = deal.Deal, Posts = posts };
        }
    }

    /// <summary>Copies the lines into their table as they are enumerated, without a list in memory.</summary>
    /// <returns>The number of lines.</returns>
    private static async Task<int> WriteAsync(
        NpgsqlConnection connection, long edition, IEnumerable<EditionLine> lines, CancellationToken cancellation)
    {
        var n = 0;
        await using var copy = await connection.BeginBinaryImportAsync(
            $"copy {TableNames.EditionLines} ({EditionLine.Columns}) from stdin (format binary)", cancellation);
        foreach (var line in lines)
        {
            await copy.StartRowAsync(cancellation);
            foreach (var (value, type) in line.Values(edition, ++n))
            {
                await (value is null ? copy.WriteNullAsync(cancellation) : copy.WriteAsync(value, type, cancellation));
            }
        }

        await copy.CompleteAsync(cancellation);
        return n;
    }
}
