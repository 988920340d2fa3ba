using System.Globalization;
using Ledger.Facts;
using Ledger.Store;
using Marten;
using Npgsql;

namespace Ledger.Editions;

/// <summary>An edition that the ledger holds: imported to its end.</summary>
/// <param name="Edition">Its event.</param>
/// <param name="Position">Position of the event.</param>
/// <param name="RecordedAt">When the event was recorded.</param>
/// <param name="Reporter">Name of the key that imported it.</param>
public sealed record HeldEdition(EditionImported Edition, long Position, DateTimeOffset RecordedAt, string? Reporter)
{
    /// <summary>The edition's day.</summary>
    public DateOnly Day => DateOnly.ParseExact(Edition.Published, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The form of its file.</summary>
    public RegisterForm Form => Edition.IsOfYears ? RegisterForm.Years : RegisterForm.Orders;
}

/// <summary>The editions that the ledger holds, in a stream of their own. One that was withdrawn is not held.</summary>
public sealed class EditionsHeld(IDocumentStore store, NpgsqlDataSource database, LedgerClock clock)
{
    /// <summary>All of them, in the order of positions.</summary>
    public async Task<IReadOnlyList<HeldEdition>> ListAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ListAsync(connection, cancellation);
    }

    /// <summary>All of them, read on the caller's connection.</summary>
    public async Task<IReadOnlyList<HeldEdition>> ListAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(StoredEvents.OfStream(EditionImported.Stream, 0));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var recorded = await ReadAsync(reader, cancellation);
        var withdrawn = recorded.Select(x => x.Data).OfType<EditionWithdrawn>().ToList();
        return [.. from x in recorded
                   where x.Data is EditionImported edition && !withdrawn.Exists(w => w.IsOf(edition))
                   select new HeldEdition((EditionImported)x.Data, x.Position, x.RecordedAt, x.Reporter)];
    }

    /// <summary>Records an edition. Idempotent: an edition that is held already is not recorded again.</summary>
    /// <param name="edition">The event.</param>
    /// <param name="reporter">Name of the key that imported it.</param>
    /// <returns>The position of the event, new or held.</returns>
    public Task<long> AddAsync(EditionImported edition, string reporter) =>
        AppendAsync(edition, reporter, all => all.FindLast(x => x.Data is EditionImported held
            && (held.Published, held.Feed, held.Form, held.File ?? 1)
                == (edition.Published, edition.Feed, edition.Form, edition.File ?? 1)));

    /// <summary>Records that an edition was withdrawn. Idempotent like <see cref="AddAsync"/>.</summary>
    /// <param name="withdrawn">The event.</param>
    /// <param name="reporter">Name of the key that withdrew it.</param>
    /// <returns>The position of the event, new or held.</returns>
    public Task<long> WithdrawAsync(EditionWithdrawn withdrawn, string reporter) =>
        AppendAsync(withdrawn, reporter, all => all.FindLast(x => x.Data is EditionWithdrawn held
            && (held.Published, held.Feed, held.Form, held.File) == (withdrawn.Published, withdrawn.Feed, withdrawn.Form, withdrawn.File)));

    private Task<long> AppendAsync(object data, string reporter, Func<List<Recorded>, Recorded?> find) =>
        AppendLock.RunAsync<long>(database, async transaction =>
        {
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(AppendLock.Take));
            batch.BatchCommands.Add(clock.Now());
            batch.BatchCommands.Add(StoredEvents.OfStream(EditionImported.Stream, 0));
            DateTimeOffset now;
            await using (var reader = await batch.ExecuteReaderAsync())
            {
                await reader.NextResultAsync();
                await reader.ReadAsync();
                now = reader.GetFieldValue<DateTimeOffset>(0);
                await reader.NextResultAsync();
                if (find(await ReadAsync(reader, CancellationToken.None)) is { } held)
                {
                    return held.Position;
                }
            }

            await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
            var written = session.Events.BuildEvent(data);
            written.UserName = reporter;
            written.Timestamp = now;
            session.Events.Append(EditionImported.Stream, written);
            await session.SaveChangesAsync();
            return written.Sequence;
        });

    /// <summary>The newest of some editions of a form before a day; null where there is none. Selections are none.</summary>
    public static EditionImported? Before(IEnumerable<HeldEdition> held, RegisterForm form, DateOnly published) =>
        held.Where(x => x.Day < published && x.Form == form && x.Edition.Selection != true).MaxBy(x => x.Day)?.Edition;

    private static async Task<List<Recorded>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var recorded = new List<Recorded>();
        while (await reader.ReadAsync(cancellation))
        {
            var stored = StoredEvents.Read(reader);
            recorded.Add(new Recorded(stored.Read()!, stored.Position, stored.RecordedAt, stored.Reporter));
        }

        return recorded;
    }

    /// <summary>An event of the stream.</summary>
    private sealed record Recorded(object Data, long Position, DateTimeOffset RecordedAt, string? Reporter);
}
