using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Web;
using Marten;
using Npgsql;
using NpgsqlTypes;

namespace Ledger.Editions;

/// <summary>The rows of imports: their state, checkpoint and attempts, and which is next.</summary>
/// <remarks>Accepting, ending and restarting an import hold <see cref="Lock"/> until their transactions end. This guarantees that of two
/// concurrent ones the second sees the first, so that there is always a message for the first active import.</remarks>
public sealed class EditionJobs(NpgsqlDataSource database, EditionsHeld held, TimeProvider clock)
{
    private const string Columns = $"{RequestColumns}, number, id, feed, reporter, accepted, ended, state, checkpoint, lines, summary, "
        + "problem, position, withdrawn_by, file is not null";

    /// <summary>The columns of <see cref="JobRequest"/>, which <see cref="RequestOf"/> reads.</summary>
    private const string RequestColumns = "kind, form, published, file_of_day, digest, whole, selection, inherits_flags, reason";

    /// <summary>SQL that takes the advisory lock of the feed's imports for the transaction.</summary>
    private const string Lock = $"select pg_advisory_xact_lock(hashtext('editions of {RegisterReports.Feed}'))";

    private const string Active = $"state in ('{JobState.Queued}', '{JobState.Running}')";

    /// <summary>Every import in the order of acceptance; those from before imports were jobs come first.</summary>
    public async Task<IReadOnlyList<EditionJob>> ListAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ListAsync(connection, cancellation);
    }

    /// <summary>The import with an id; null where there is none.</summary>
    public async Task<EditionJob?> FindAsync(string id, CancellationToken cancellation) =>
        id.Contains('\0', StringComparison.Ordinal) ? null : (await ListAsync(cancellation)).FirstOrDefault(x => x.Id == id);

    /// <summary>Takes the lock for the session's transaction, and reads every import.</summary>
    public async Task<IReadOnlyList<EditionJob>> ListLockedAsync(IDocumentSession session, CancellationToken cancellation)
    {
        var connection = await LockAsync(session, cancellation);
        return await ListAsync(connection, cancellation);
    }

    /// <summary>Inserts a new job, in the session's transaction.</summary>
    /// <param name="session">The session.</param>
    /// <param name="job">The job.</param>
    /// <param name="file">The bytes of its file; none for a withdrawal.</param>
    public static void Add(IDocumentSession session, EditionJob job, byte[] file) => session.QueueSqlCommand($"""
        insert into {TableNames.Editions} (number, id, feed, reporter, accepted, state, attempts, {RequestColumns}, file)
        values (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''::bytea))
        """, job.Number, job.Id, job.Feed, job.Reporter!, job.Accepted, job.State, job.Request.Kind, WordOf(job.Request.Form),
        job.Published, job.Request.File, job.Request.Digest ?? "", job.Request.IsWhole, job.Request.IsSelection,
        job.Request.InheritsFlags, job.Request.Reason ?? "", file);

    /// <summary>Counts an attempt at the part after a checkpoint, and commits that before the work, so that an attempt that kills the
    /// process is counted.</summary>
    /// <param name="step">The message.</param>
    /// <param name="counts">False where the attempt before was ended by an outage: this one replaces it.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>Null where this part is done, the import has ended, or an earlier import is active, whose end publishes a new
    /// message.</returns>
    public async Task<BegunPart?> BeginAsync(ContinueEdition step, bool counts, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with before as (select number, fault from {TableNames.Editions} where number = $1)
            update {TableNames.Editions} e set state = '{JobState.Running}', attempts = attempts + $3, fault = null
            from before where e.number = before.number and e.checkpoint is not distinct from $2 and {Active}
              and not exists (select 1 from {TableNames.Editions} o where o.number < $1 and o.feed = e.feed and o.{Active})
            returning {RequestColumns}, e.id, e.reporter, e.lines, e.attempts, before.fault, e.counted, e.unfinished, e.compared_at
            """);
        command.Parameters.AddWithValue(step.Number);
        command.Parameters.Add(CheckpointOf(step.Checkpoint));
        command.Parameters.AddWithValue(counts ? 1 : 0);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new BegunPart(step.Number, row.GetString(9), RequestOf(row), row.GetString(10), step.Checkpoint, Value<int>(row, 11),
                row.GetInt32(12), Text(row, 13), Text(row, 14) is { } counted
                    ? JsonSerializer.Deserialize<EditionImported>(counted, StoredJson.Options) : null,
                Value<DateOnly>(row, 15), Value<long>(row, 16))
            : null;
    }

    /// <summary>Stores how an attempt ended, for the problem of the import if it was the last.</summary>
    public async Task NoteFaultAsync(BegunPart part, string fault)
    {
        await using var command = database.CreateCommand(
            $"update {TableNames.Editions} set fault = $3 where number = $1 and checkpoint is not distinct from $2");
        command.Parameters.AddWithValue(part.Number);
        command.Parameters.Add(CheckpointOf(part.Checkpoint));
        command.Parameters.AddWithValue(fault);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The bytes of an import's file.</summary>
    public async Task<byte[]> FileAsync(long number, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select file from {TableNames.Editions} where number = $1");
        command.Parameters.AddWithValue(number);
        return (byte[])(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The platforms that an import defined, and the end of the ledger when it was compared.</summary>
    public async Task<(IReadOnlyList<string> Platforms, long ComparedAt)> DefinedByAsync(JobRequest request, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select l.platform, e.compared_at from {TableNames.Editions} e join {TableNames.EditionLines} l on l.edition = e.number
            where coalesce(e.kind, '{JobKind.Import}') = '{JobKind.Import}' and e.published = $1 and coalesce(e.form, 'orders') = $2
              and coalesce(e.file_of_day, 1) = $3 and l.finding = '{LineStatus.Defined}' and e.compared_at is not null order by l.n
            """);
        command.Parameters.AddWithValue(request.Published);
        command.Parameters.AddWithValue(WordOf(request.Form));
        command.Parameters.AddWithValue(request.File);
        var platforms = new List<string>();
        var comparedAt = long.MaxValue;
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            platforms.Add(row.GetString(0));
            comparedAt = Math.Min(comparedAt, row.GetInt64(1));
        }

        return (platforms, comparedAt);
    }

    /// <summary>Begins the transaction that ends a part, and locks the import's row in it.</summary>
    /// <param name="session">The session of the message's handler.</param>
    /// <param name="part">The part.</param>
    /// <param name="ends">True where the import ends with the part: also takes <see cref="Lock"/>.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The connection; null where another node has ended the part meanwhile, and nothing is left to do.</returns>
    public static async Task<NpgsqlConnection?> HoldAsync(
        IDocumentSession session, BegunPart part, bool ends, CancellationToken cancellation)
    {
        var connection = ends ? await LockAsync(session, cancellation) : await BeginTransactionAsync(session, cancellation);
        await using var command = new NpgsqlCommand(
            $"select 1 from {TableNames.Editions} where number = $1 and checkpoint is not distinct from $2 and {Active} for update",
            connection);
        command.Parameters.AddWithValue(part.Number);
        command.Parameters.Add(CheckpointOf(part.Checkpoint));
        return await command.ExecuteScalarAsync(cancellation) is null ? null : connection;
    }

    /// <summary>Moves the checkpoint, in the session's transaction.</summary>
    /// <returns>The message for the next part.</returns>
    public static ContinueEdition Advance(IDocumentSession session, BegunPart part, int checkpoint)
    {
        session.QueueSqlCommand($"update {TableNames.Editions} set checkpoint = ?, attempts = 0 where number = ?", checkpoint,
            part.Number);
        return new ContinueEdition(part.Number, checkpoint);
    }

    /// <summary>Ends an import as done. Deletes its file, and those of failed imports that can no longer be restarted.</summary>
    /// <returns>The message for the next import; null where there is none.</returns>
    public async Task<ContinueEdition?> CompleteAsync(
        IDocumentSession session, BegunPart part, byte[] summary, long position, CancellationToken cancellation)
    {
        if (await HoldAsync(session, part, ends: true, cancellation) is not { } connection)
        {
            return null;
        }

        session.QueueSqlCommand(
            $"update {TableNames.Editions} set state = '{JobState.Done}', ended = ?, summary = ?, position = ? where number = ?",
            clock.GetUtcNow(), System.Text.Encoding.UTF8.GetString(summary), position, part.Number);
        if (part.Request.Kind == JobKind.Withdrawal)
        {
            session.QueueSqlCommand($"""
                update {TableNames.Editions} set withdrawn_by = ? where published = ? and coalesce(file_of_day, 1) = ?
                  and coalesce(form, 'orders') = ? and coalesce(kind, '{JobKind.Import}') = '{JobKind.Import}' and withdrawn_by is null
                """, part.Number, part.Published, part.Request.File, WordOf(part.Request.Form));
        }

        var over = $"(select number from {TableNames.Editions} where number = ? or (state = '{JobState.Failed}' "
            + "and feed = ? and published <= ? and coalesce(form, 'orders') = ?))";
        session.QueueSqlCommand($"update {TableNames.EditionLines} set to_post = null where to_post is not null and edition in {over}",
            part.Number, RegisterReports.Feed, part.Published, WordOf(part.Request.Form));
        session.QueueSqlCommand($"update {TableNames.Editions} set file = null where file is not null and number in {over}",
            part.Number, RegisterReports.Feed, part.Published, WordOf(part.Request.Form));
        return await NextAsync(connection, part.Number, cancellation);
    }

    /// <summary>Ends an import as failed.</summary>
    /// <returns>The message for the next import; null where there is none.</returns>
    public async Task<ContinueEdition?> FailAsync(
        IDocumentSession session, BegunPart part, ProblemException problem, CancellationToken cancellation)
    {
        if (await HoldAsync(session, part, ends: true, cancellation) is not { } connection)
        {
            return null;
        }

        session.QueueSqlCommand(
            $"update {TableNames.Editions} set state = '{JobState.Failed}', ended = ?, problem = ?, attempts = 0 where number = ?",
            clock.GetUtcNow(), TextOf(problem), part.Number);
        return await NextAsync(connection, part.Number, cancellation);
    }

    /// <summary>Queues a failed import again, in the session's transaction.</summary>
    public static void Restart(IDocumentSession session, EditionJob job) => session.QueueSqlCommand(
        $"update {TableNames.Editions} set state = '{JobState.Queued}', problem = null, fault = null, ended = null, attempts = 0 "
        + "where number = ?", job.Number);

    /// <summary>A problem as it is stored: its type is relative, since the service's address as a client sees it is not known
    /// here.</summary>
    public static string TextOf(ProblemException problem)
    {
        var text = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(text, Json.Writing))
        {
            problem.Write(writer);
        }

        return System.Text.Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static async Task<NpgsqlConnection> LockAsync(IDocumentSession session, CancellationToken cancellation)
    {
        var connection = await BeginTransactionAsync(session, cancellation);
        await using var take = new NpgsqlCommand(Lock, connection);
        await take.ExecuteNonQueryAsync(cancellation);
        return connection;
    }

    private static async Task<NpgsqlConnection> BeginTransactionAsync(IDocumentSession session, CancellationToken cancellation)
    {
        await session.BeginTransactionAsync(cancellation);
        return (NpgsqlConnection)session.Connection!;
    }

    private static async Task<ContinueEdition?> NextAsync(NpgsqlConnection connection, long ended, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select number, checkpoint from {TableNames.Editions} where {Active} and number <> $1 order by number limit 1", connection);
        command.Parameters.AddWithValue(ended);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new ContinueEdition(row.GetInt64(0), Value<int>(row, 1)) : null;
    }

    private async Task<IReadOnlyList<EditionJob>> ListAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var jobs = new List<EditionJob>();
        await using (var command = new NpgsqlCommand($"select {Columns} from {TableNames.Editions} order by number", connection))
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            while (await row.ReadAsync(cancellation))
            {
                jobs.Add(new EditionJob(row.GetInt64(9), row.GetString(10), row.GetString(11), RequestOf(row), row.GetString(12),
                    row.GetFieldValue<DateTimeOffset>(13), Value<DateTimeOffset>(row, 14), row.GetString(15), Value<int>(row, 16),
                    Value<int>(row, 17), Parsed(row, 18), Parsed(row, 19), Value<long>(row, 20), Value<long>(row, 21),
                    row.GetBoolean(22)));
            }
        }

        // An import that has recorded its edition but is not yet done is listed instead of that edition.
        var taken = jobs.Where(x => x.IsImport && x.State != JobState.Failed).Select(x => (x.Published, x.Request.Form)).ToHashSet();
        var before = (await held.ListAsync(connection, cancellation)).Where(x => !taken.Contains((x.Day, x.Form)));
        return [.. before.Select(EditionResponse.JobOf), .. jobs];
    }

    private static JobRequest RequestOf(NpgsqlDataReader row) => new(
        Text(row, 0) ?? JobKind.Import, Text(row, 1) == EditionImported.FormOfYears ? RegisterForm.Years : RegisterForm.Orders,
        row.GetFieldValue<DateOnly>(2), Value<int>(row, 3) ?? 1, row.GetString(4) is { Length: > 0 } digest ? digest : null,
        row.GetBoolean(5), Value<bool>(row, 6) ?? false, Value<bool>(row, 7) ?? false, Text(row, 8));

    private static string WordOf(RegisterForm form) => form is RegisterForm.Years ? EditionImported.FormOfYears : "orders";

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static NpgsqlParameter CheckpointOf(int? checkpoint) =>
        new() { Value = (object?)checkpoint ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer };

    private static T? Value<T>(NpgsqlDataReader row, int column) where T : struct =>
        row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private static JsonElement? Parsed(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : JsonElement.Parse(row.GetString(column));
}
