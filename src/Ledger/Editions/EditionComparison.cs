using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Store;
using Ledger.Vocabulary;
using Marten;
using Npgsql;

namespace Ledger.Editions;

/// <summary>The first part of an import: the file is held against the newest edition before its day, and becomes a row for each line of the
/// answer, with what the line will post. Always compared with what earlier editions said, never with the import's own beginnings.</summary>
public sealed class EditionComparison(
    EvidenceReader evidence, CatalogueReader catalogue, BasisResolver bases, EditionsHeld editions, EditionJobs jobs)
{
    /// <summary>An edition that lacks more of the one before than this share, and more than <see cref="Lacking"/> orders, is more likely
    /// a file that was cut: between two sound editions two years apart a twentieth went.</summary>
    private const double LackingShare = 0.1;

    private const int Lacking = 100;

    /// <exception cref="ProblemException">409: a newer edition is held; 422: far fewer orders than before; 503: the read model is
    /// behind.</exception>
    public async Task<ContinueEdition?> CompareAsync(BegunPart part, IDocumentSession session, CancellationToken cancellation)
    {
        var (rows, broken) = RegisterFile.ReadAll(await jobs.FileAsync(part.Number, cancellation));
        var settled = await bases.EndAsync(cancellation);
        var held = await editions.ListAsync(cancellation);
        var words = await catalogue.LatestAsync(cancellation);
        var before = await EditionBefore.ReadAsync(evidence, words, part.Published, settled, cancellation);
        if (before.Newest > part.Published)
        {
            throw EditionResponse.Older(part.Published, before.Newest.Value);
        }

        var unresolved = new SortedSet<(string What, string Name, string As)>();
        var keyed = rows.ConvertAll(row => (row, KeyOf(row, words, unresolved)));
        var reports = new RegisterReports(part.Published);
        var difference = EditionDifference.Of(keyed, before, reports);
        var listed = before.Orders.Sum(x => x.Deals.Count);
        // An edition that is held already was found whole when it came.
        var isKnown = held.Any(x => x.Day == part.Published && x.Edition.Digest is not null);
        if (!part.Whole && !isKnown && difference.Delisted.Count > Lacking && difference.Delisted.Count > listed * LackingShare)
        {
            throw EditionResponse.Refused("?whole", "lacking",
                $"The file lacks {difference.Delisted.Count} of the {listed} orders of the edition before, "
                + "and would delist them: it may have been cut. Nothing was recorded. If it is the whole edition, say whole=true.");
        }

        if (await EditionJobs.HoldAsync(session, part, ends: false, cancellation) is not { } connection)
        {
            return null;
        }

        var lines = Definitions(rows, words).Concat(OfFile(difference.Rows, broken, reports)).Concat(Delistings(difference, reports))
            .Concat(unresolved.Select(x => new EditionLine(null, LineStatus.Unresolved) { What = x.What, Name = x.Name, TakenAs = x.As }));
        var count = await WriteAsync(connection, part.Number, lines, cancellation);
        session.QueueSqlCommand(
            $"update {TableNames.Editions} set lines = ?, compared_at = ?, rows = ?, numbers = ?, flagged = ? where number = ?",
            count, settled, rows.Count, rows.Count(x => x.Ordered is not null) + rows.Count(x => x.Delivered > 0),
            rows.Count(x => x.Ordered is not null && x.OrderedIsUncertain) + rows.Count(x => x.Delivered > 0 && x.DeliveredIsUncertain),
            part.Number);
        if (before.NewestBefore(part.Published) is { } begun && held.All(x => x.Day != begun))
        {
            session.QueueSqlCommand($"update {TableNames.Editions} set unfinished = ? where number = ?", begun, part.Number);
        }

        return EditionJobs.Advance(session, part, 0);
    }

    private static OrderKey KeyOf(RegisterRow row, CatalogueAt words, SortedSet<(string, string, string)> unresolved)
    {
        string CodeOf(string name)
        {
            var code = RegisterNames.CodeOf(name, out var known);
            if (!known)
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
        return new OrderKey(CodeOf(row.Recipient), CodeOf(row.Supplier), words.Resolve(slug), row.YearOfOrder);
    }

    /// <summary>Weapons that the catalogue does not know come into it with what their description says they are; those of which it says
    /// nothing more than "other" stay provisional. Before their reports, so that no answer ever has them without it.</summary>
    private static IEnumerable<EditionLine> Definitions(List<RegisterRow> rows, CatalogueAt words)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (Slug.OfPlatform(row.Designation) is { } slug && !words.Knows(slug)
                && RegisterNames.CategoryOf(row.Description) is { } category && category is not Category.Other && found.Add(slug))
            {
                var used = category is Category.Missile or Category.LoiteringMunition ? PlatformClass.Expendable : PlatformClass.Durable;
                var platform = new PlatformDefined(slug, row.Designation, WordNames.Of(category), WordNames.Of(used), "military", null, null, null);
                yield return new EditionLine(null, LineStatus.Defined)
                {
                    Platform = slug, Name = platform.Name, Category = platform.Category, Posts = [ReportToPost.Of(platform)],
                };
            }
        }
    }

    /// <summary>The records of the file in their order, sound or not.</summary>
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

    /// <summary>Copies the lines into their table as they are made: none of them waits in memory.</summary>
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
