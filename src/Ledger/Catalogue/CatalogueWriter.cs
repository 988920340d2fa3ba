using Ledger.Problems;
using Ledger.Store;
using Marten;
using Npgsql;

namespace Ledger.Catalogue;

/// <summary>Appends to the catalogue's stream.</summary>
public sealed class CatalogueWriter(IDocumentStore store, NpgsqlDataSource database, CatalogueReader catalogue, LedgerClock clock) : IDisposable
{
    /// <summary>One at a time in this process: whoever waits for the append lock waits with a connection in hand, and many who do would
    /// leave none for anybody else.</summary>
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Takes the append lock, decides on the catalogue as it then stands, and appends what is decided, all or nothing.</summary>
    /// <param name="isAnswered">A client is told that it is recorded, so it must be on every synchronous standby, even where nothing was to do.</param>
    /// <returns>The catalogue afterwards, and the position of the last event appended: null where nothing was to do.</returns>
    /// <exception cref="ProblemException">What <paramref name="decide"/> refuses.</exception>
    public async Task<(CatalogueAt Catalogue, long? Position)> AppendAsync(
        Func<CatalogueAt, IReadOnlyList<object>> decide, string by, bool isAnswered = true)
    {
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
            var (before, now) = await LockedAsync(transaction);
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

    /// <summary>Takes the append lock; the catalogue as it then stands, and the time at which what is appended is recorded.</summary>
    private async Task<(CatalogueAt Catalogue, DateTimeOffset Now)> LockedAsync(NpgsqlTransaction transaction)
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
