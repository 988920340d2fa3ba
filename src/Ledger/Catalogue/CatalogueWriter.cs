using Ledger.Problems;
using Ledger.Store;
using Marten;
using Npgsql;

namespace Ledger.Catalogue;

/// <summary>Appends to the catalogue's stream.</summary>
public sealed class CatalogueWriter(IDocumentStore store, NpgsqlDataSource database, CatalogueReader catalogue, LedgerClock clock)
    : IDisposable
{
    /// <summary>One writer at a time in this process. A writer holds a database connection while it waits for the append lock; many
    /// waiting writers would use up the connection pool.</summary>
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Takes the append lock, decides on the current catalogue, and appends the decided events, all or none.</summary>
    /// <param name="decide">The decision: the events to append; none where the catalogue has them already.</param>
    /// <param name="by">The reporter of the events.</param>
    /// <param name="isAnswered">Whether a client gets a response: then, even if there was nothing to append, it waits until what it
    /// confirms is on every synchronous standby.</param>
    /// <returns>The catalogue afterwards, and the position of the last appended event: null where there was nothing to append.</returns>
    /// <exception cref="ProblemException">Thrown by <paramref name="decide"/>.</exception>
    public async Task<(CatalogueAt Catalogue, long? Position)> AppendAsync(
        Func<CatalogueAt, IReadOnlyList<object>> decide, string by, bool isAnswered = true)
    {
        // Nobody waits for an answer: where there is nothing to append, the append lock is not waited for either.
        if (!isAnswered && await catalogue.LatestAsync() is var latest && decide(latest).Count == 0)
        {
            return (latest, null);
        }

        await _oneAtATime.WaitAsync();
        try
        {
            var (before, position) = await DecideAndAppendAsync(decide, by, isAnswered);
            return (position is null ? before : await catalogue.LatestAsync(), position);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private Task<(CatalogueAt Before, long? Position)> DecideAndAppendAsync(
        Func<CatalogueAt, IReadOnlyList<object>> decide, string by, bool isAnswered) =>
        AppendLock.RunAsync<(CatalogueAt, long?)>(database, async transaction =>
        {
            var (before, now) = await LockAndReadAsync(transaction);
            var events = decide(before);
            if (events.Count == 0)
            {
                if (isAnswered)
                {
                    await AppendLock.WaitForStandbyAsync(transaction);
                }

                return (before, null);
            }

            await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
            var written = events.Select(x =>
            {
                var wrapped = session.Events.BuildEvent(x);
                wrapped.UserName = by;
                wrapped.Timestamp = now;
                return wrapped;
            }).ToArray();
            session.Events.Append(CatalogueReader.Stream, before.Version + events.Count, [.. written]);
            await session.SaveChangesAsync();
            return (before, written[^1].Sequence);
        });

    /// <summary>Takes the append lock and reads, in one round trip, the catalogue and the time of recording.</summary>
    private async Task<(CatalogueAt Catalogue, DateTimeOffset Now)> LockAndReadAsync(NpgsqlTransaction transaction)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(AppendLock.Take));
        batch.BatchCommands.Add(clock.Now());
        batch.BatchCommands.Add(catalogue.Newer());
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync();
        await catalogue.TakeAsync(reader, CancellationToken.None);
        return (catalogue.Latest, now);
    }
}
