using System.Globalization;
using Ledger.Facts;
using Ledger.Store;
using Marten;
using Npgsql;

namespace Ledger.Editions;

/// <summary>An edition that was taken in to its end, as the ledger holds it.</summary>
/// <param name="Reporter">Who imported it.</param>
public sealed record HeldEdition(EditionImported Edition, long Position, DateTimeOffset RecordedAt, string? Reporter)
{
    public DateOnly Day => DateOnly.ParseExact(Edition.Published, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The editions that were taken in to their end, in a stream of their own.</summary>
public sealed class EditionsHeld(IDocumentStore store, NpgsqlDataSource database, LedgerClock clock)
{
    private const string Stream = "editions/sipri";

    /// <summary>All of them, in the order in which they came.</summary>
    public async Task<IReadOnlyList<HeldEdition>> ListAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ListAsync(connection, cancellation);
    }

    /// <summary>The same, on a connection that the caller has.</summary>
    public async Task<IReadOnlyList<HeldEdition>> ListAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(StoredEvents.OfStream(Stream, 0));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await ReadAsync(reader, cancellation);
    }

    /// <summary>Records that an edition is in; nothing where it was recorded before.</summary>
    /// <returns>The event's position, also where it was there already.</returns>
    public Task<long> AddAsync(EditionImported edition, string by) => AppendLock.RunAsync<long>(database, async transaction =>
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(AppendLock.Take));
        batch.BatchCommands.Add(clock.Now());
        batch.BatchCommands.Add(StoredEvents.OfStream(Stream, 0));
        DateTimeOffset now;
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            await reader.NextResultAsync();
            await reader.ReadAsync();
            now = reader.GetFieldValue<DateTimeOffset>(0);
            await reader.NextResultAsync();
            if ((await ReadAsync(reader, CancellationToken.None)).Find(x => x.Edition.Published == edition.Published && x.Edition.Feed == edition.Feed)
                is { } there)
            {
                return there.Position;
            }
        }

        await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var written = session.Events.BuildEvent(edition);
        written.UserName = by;
        written.Timestamp = now;
        session.Events.Append(Stream, written);
        await session.SaveChangesAsync();
        return written.Sequence;
    });

    /// <summary>The newest edition before a day; null where there is none.</summary>
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
