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
}

/// <summary>The editions that the ledger holds, in a stream of their own.</summary>
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
        return await ReadAsync(reader, cancellation);
    }

    /// <summary>Records an edition. Idempotent: an edition that is held already is not recorded again.</summary>
    /// <param name="edition">The event.</param>
    /// <param name="reporter">Name of the key that imported it.</param>
    /// <returns>The position of the event, new or held.</returns>
    public Task<long> AddAsync(EditionImported edition, string reporter) => AppendLock.RunAsync<long>(database, async transaction =>
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
            var all = await ReadAsync(reader, CancellationToken.None);
            if (all.Find(x => x.Edition.Published == edition.Published && x.Edition.Feed == edition.Feed) is { } held)
            {
                return held.Position;
            }
        }

        await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var written = session.Events.BuildEvent(edition);
        written.UserName = reporter;
        written.Timestamp = now;
        session.Events.Append(EditionImported.Stream, written);
        await session.SaveChangesAsync();
        return written.Sequence;
    });

    /// <summary>The newest of some editions before a day; null where there is none.</summary>
    public static EditionImported? Before(IEnumerable<HeldEdition> held, DateOnly published) =>
        held.Where(x => x.Day < published).MaxBy(x => x.Day)?.Edition;

    private static async Task<List<HeldEdition>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var held = new List<HeldEdition>();
        while (await reader.ReadAsync(cancellation))
        {
            var stored = StoredEvents.Read(reader);
            held.Add(new HeldEdition((EditionImported)stored.Read()!, stored.Position, stored.RecordedAt, stored.Reporter));
        }

        return held;
    }
}
