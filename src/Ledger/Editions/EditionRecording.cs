using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Reports;
using Ledger.Store;
using Ledger.Vocabulary;
using Marten;
using Npgsql;

namespace Ledger.Editions;

/// <summary>The parts of an import after the comparison: records the lines in chunks, each line whole or not at all, and at the end the
/// edition.</summary>
public sealed class EditionRecording(
    NpgsqlDataSource database, CatalogueWriter catalogue, EditionsHeld editions, EditionJobs jobs, Recorder recorder, LedgerMetrics metrics,
    TimeProvider clock)
{
    /// <summary>Records the next chunk. Idempotent: done again it records nothing and has the same outcomes.</summary>
    /// <returns>The message for the next part; null where another node has ended this one.</returns>
    public async Task<ContinueEdition?> RecordAsync(
        BegunPart part, int checkpoint, IDocumentSession session, CancellationToken cancellation)
    {
        var last = Math.Min(checkpoint + Limits.EditionLines, part.Lines!.Value);
        var pending = await PendingAsync(part, checkpoint, last, cancellation);
        var platforms = pending.SelectMany(x => x.Posts).Where(x => x.Kind is null)
            .Select(x => x.Body.Deserialize<PlatformDefined>(StoredJson.Options)!).ToList();
        if (platforms.Count > 0)
        {
            // Done again it appends nothing; and a person's definition since the comparison stays.
            await catalogue.AppendAsync(current => [.. platforms.Where(x => !current.Knows(x.Platform)
                || (current.Find(x.Platform).Definition is { Feed: RegisterReports.Feed } held && held != x))], part.Reporter);
        }

        // All are enqueued before the first is awaited: the recorder keeps their order, and records many in one transaction.
        var caller = new Caller(null, part.Reporter, [Scopes.Report], [RegisterReports.Feed]);
        var enqueued = new List<(int N, Task<IReadOnlyList<RecordedReport>> Recorded)>(pending.Count);
        foreach (var (n, posts) in pending)
        {
            enqueued.Add((n, await EnqueueAsync(posts, caller, cancellation)));
        }

        var outcomes = new List<(int N, IReadOnlyList<RecordedReport> Recorded, string? Problem)>(enqueued.Count);
        foreach (var (n, recorded) in enqueued)
        {
            try
            {
                outcomes.Add((n, await recorded, null));
            }
            catch (ProblemException problem) when (problem.Kind.Status < StatusCodes.Status500InternalServerError)
            {
                metrics.ReportRefused(problem);
                outcomes.Add((n, [], EditionJobs.TextOf(problem)));
            }
        }

        if (await EditionJobs.HoldAsync(session, part, ends: false, cancellation) is not { } connection)
        {
            return null;
        }

        await WriteAsync(connection, part, outcomes, cancellation);
        return EditionJobs.Advance(session, part, last);
    }

    /// <summary>Records the event of the edition, or of its withdrawal, once, and ends the job.</summary>
    /// <returns>The message for the next job; null where there is none.</returns>
    public async Task<ContinueEdition?> CompleteAsync(BegunPart part, IDocumentSession session, CancellationToken cancellation)
    {
        var counts = await CountAsync(part.Number, cancellation);
        if (part.Request.Kind == JobKind.Withdrawal)
        {
            // Half a withdrawal is none: what it took back stays so, and it can be started again.
            if (counts[LineStatus.Refused] > 0)
            {
                throw new ProblemException(ProblemKinds.Invalid,
                    $"{counts[LineStatus.Refused]} orders could not be withdrawn: /v1/editions/{part.Id}/lines?status=refused says why. "
                    + "When that is mended, post the withdrawal again.");
            }

            var withdrawn = new EditionWithdrawn(
                RegisterReports.Feed, Rfc3339.Text(part.Published), part.Request.Reason!, counts.Created + counts.Existing)
            {
                Form = part.Request.Form is RegisterForm.Years ? EditionImported.FormOfYears : null,
                File = part.Request.File == 1 ? null : part.Request.File,
            };
            var at = await editions.WithdrawAsync(withdrawn, part.Reporter);
            return await jobs.CompleteAsync(session, part, EditionResponse.SummaryOf(null, null, counts, null), at, cancellation);
        }

        // An import that a program without this value compared counts its file again.
        var counted = part.Counted
            ?? EditionCounts.Of(part.Request, RegisterFile.ReadAll(await jobs.FileAsync(part.Number, cancellation)).Rows);
        var edition = counted with
        {
            New = counts[LineStatus.New],
            Changed = counts[LineStatus.Changed],
            Unchanged = counts[LineStatus.Unchanged],
            Delisted = counts.Delisted,
            Broken = counts[LineStatus.Broken],
            Grown = counts[LineStatus.Grown],
            Moved = counts[LineStatus.Moved],
            Renamed = counts[LineStatus.Renamed],
            Undecided = counts[LineStatus.Undecided],
        };
        var before = EditionsHeld.Before(await editions.ListAsync(cancellation), part.Request.Form, part.Published);
        var position = await editions.AddAsync(edition, part.Reporter);
        var summary = EditionResponse.SummaryOf(edition, before, counts, part.Unfinished);
        return await jobs.CompleteAsync(session, part, summary, position, cancellation);
    }

    private async Task<List<(int N, IReadOnlyList<ReportToPost> Posts)>> PendingAsync(
        BegunPart part, int checkpoint, int last, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select n, to_post from {TableNames.EditionLines}
            where edition = $1 and n > $2 and n <= $3 and to_post is not null order by n
            """);
        command.Parameters.AddWithValue(part.Number);
        command.Parameters.AddWithValue(checkpoint);
        command.Parameters.AddWithValue(last);
        var pending = new List<(int, IReadOnlyList<ReportToPost>)>(last - checkpoint);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var posts = JsonSerializer.Deserialize<List<ReportToPost>>(row.GetFieldValue<byte[]>(1), StoredJson.Options)!;
            pending.Add((row.GetInt32(0), posts));
        }

        return pending;
    }

    /// <summary>Validates a line's reports by the rules of every post, and enqueues them at the recorder.</summary>
    private async Task<Task<IReadOnlyList<RecordedReport>>> EnqueueAsync(
        IReadOnlyList<ReportToPost> posts, Caller caller, CancellationToken cancellation)
    {
        try
        {
            var reports = posts.Where(x => x.Kind is not null)
                .Select(x => Intake.Read(WordNames.Parse<ReportKind>(x.Kind)!.Value, x.Body, caller, clock.GetUtcNow())).ToList();
            return reports.Count == 0 ? Task.FromResult<IReadOnlyList<RecordedReport>>([])
                : await recorder.EnqueueAsync(reports, null, cancellation);
        }
        catch (ProblemException problem)
        {
            return Task.FromException<IReadOnlyList<RecordedReport>>(problem);
        }
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, BegunPart part, List<(int N, IReadOnlyList<RecordedReport> Recorded, string? Problem)> outcomes,
        CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            update {TableNames.EditionLines} l set status = case when o.problem is null then l.finding else '{LineStatus.Refused}' end,
              created = o.created, existing = o.existing, position = o.position, problem = o.problem
            from unnest($2::integer[], $3::integer[], $4::integer[], $5::bigint[], $6::text[]) o (n, created, existing, position, problem)
            where l.edition = $1 and l.n = o.n
            """, connection);
        // A report beyond the position of the comparison was recorded by this import, before a kill, and counts as created.
        bool IsOurs(RecordedReport recorded) => recorded.Created || recorded.Position > part.ComparedAt;
        command.Parameters.AddWithValue(part.Number);
        command.Parameters.AddWithValue(outcomes.ConvertAll(x => x.N).ToArray());
        command.Parameters.AddWithValue(outcomes.ConvertAll(x => x.Recorded.Count(IsOurs)).ToArray());
        command.Parameters.AddWithValue(outcomes.ConvertAll(x => x.Recorded.Count(r => !IsOurs(r))).ToArray());
        command.Parameters.AddWithValue(outcomes.ConvertAll(x => x.Recorded.Max(r => (long?)r.Position)).ToArray());
        command.Parameters.AddWithValue(outcomes.ConvertAll(x => x.Problem).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<LineCounts> CountAsync(long edition, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select status, count(*)::integer, count(line)::integer, coalesce(sum(created), 0)::integer,
              coalesce(sum(existing), 0)::integer, count(*) filter (where finding = '{LineStatus.Delisted}')::integer
            from {TableNames.EditionLines} where edition = $1 group by status
            """);
        command.Parameters.AddWithValue(edition);
        var of = new Dictionary<string, int>(StringComparer.Ordinal);
        var (lines, created, existing, refused, delisted) = (0, 0, 0, 0, 0);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var status = row.GetString(0);
            of[status] = row.GetInt32(1);
            lines += row.GetInt32(2);
            created += row.GetInt32(3);
            existing += row.GetInt32(4);
            refused += status is LineStatus.Refused or LineStatus.Broken ? row.GetInt32(2) : 0;
            delisted += row.GetInt32(5);
        }

        return new LineCounts(lines, created, existing, refused, of, delisted);
    }
}
