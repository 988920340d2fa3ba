using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Web;
using Npgsql;

namespace Ledger.Questions;

/// <summary>Resolves the clocks of a question to a basis: one round trip for the end of the ledger and the newer entries of the catalogue,
/// and more only for a knownAt in the past.</summary>
public sealed class BasisResolver(NpgsqlDataSource database, CatalogueReader catalogue, LedgerClock ledgerClock, TimeProvider clock)
{
    /// <summary>The basis of a question.</summary>
    /// <param name="clocks">The clocks as given.</param>
    /// <param name="pin">The basis of the first page, where the question continues a list.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    /// <exception cref="ProblemException">400: a position or time that the ledger has not reached; 503: a time, while another transaction
    /// holds the append lock for too long.</exception>
    public async Task<Basis> ResolveAsync(ClockParameters clocks, Pin? pin, CancellationToken cancellation)
    {
        var position = clocks.Position;
        if (pin is null && clocks.Time is { } past)
        {
            // Before the end is read, so that the position of the time is not beyond it.
            position = await PositionAtAsync(past, clocks.KnownAtName, cancellation);
        }

        var (end, readModel) = await EndAsync(cancellation);
        MustBeReached(clocks.AtLeast?.Position, clocks.AtLeast?.Named, end);
        MustBeReached(pin?.Position ?? position, pin is null ? $"?{clocks.KnownAtName}" : "?cursor", end);
        if (pin is not null)
        {
            return new Basis
            {
                AsOf = pin.AsOf,
                ReportedBy = pin.ReportedBy,
                Position = pin.Position,
                KnownAt = pin.KnownAt,
                Pinned = true,
                Method = clocks.Method,
                LedgerEnd = end,
                ReadModel = readModel,
                Catalogue = catalogue.At(pin.Position),
            };
        }

        return new Basis
        {
            AsOf = clocks.AsOf ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime),
            ReportedBy = clocks.ReportedBy,
            Position = position ?? end,
            KnownAt = clocks.Time ?? (position is { } at ? await ledgerClock.TimeOfAsync(at, cancellation) : null),
            Pinned = position is not null,
            Immutable = clocks is { AsOf: not null, NamesMethod: true, Position: not null },
            Method = clocks.Method,
            LedgerEnd = end,
            ReadModel = readModel,
            Catalogue = catalogue.At(position ?? end),
        };
    }

    /// <summary>The basis that the answer names. Without a knownAt its position is that of the last event that affects the answer, so that
    /// the answer, and its ETag, do not change with other events.</summary>
    /// <param name="basis">The resolved basis.</param>
    /// <param name="last">Position of that event (<see cref="LastAffecting"/>); 0 where there is none.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public Task<Basis> NarrowAsync(Basis basis, long last, CancellationToken cancellation) =>
        NarrowAsync(basis, () => Task.FromResult(last), cancellation);

    /// <summary>Like <see cref="NarrowAsync(Basis, long, CancellationToken)"/>; the position is asked for only where the basis takes
    /// it.</summary>
    public async Task<Basis> NarrowAsync(Basis basis, Func<Task<long>> last, CancellationToken cancellation)
    {
        if (basis.Pinned)
        {
            return basis;
        }

        var position = await last();
        return basis with { Position = position, KnownAt = await ledgerClock.TimeOfAsync(position, cancellation) };
    }

    /// <summary>The end of the ledger and the identity of the read model; reads the newer entries of the catalogue in the same round
    /// trip.</summary>
    private async Task<(long End, long ReadModel)> EndAsync(CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LedgerEnd.Sql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EvidenceReader.IdentitySql));
        batch.BatchCommands.Add(catalogue.Newer());
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var end = reader.GetInt64(0);
        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var readModel = reader.GetInt64(0);
        await reader.NextResultAsync(cancellation);
        await catalogue.TakeAsync(reader, cancellation);
        return (end, readModel);
    }

    private async Task<long> PositionAtAsync(DateTimeOffset time, string parameter, CancellationToken cancellation)
    {
        try
        {
            return await ledgerClock.PositionAtAsync(time, cancellation)
                ?? throw QueryParameters.Bad(
                    parameter, "A time that has not come, by the database's clock: nobody knows what will be known then.");
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new ProblemException(
                ProblemKinds.Behind, "Somebody has been appending for seconds, perhaps since before that time. Ask again.")
            { RetryAfter = 2 };
        }
    }

    private static void MustBeReached(long? position, string? named, long end)
    {
        if (position > end)
        {
            throw LedgerEnd.Beyond(position.Value, named!, end);
        }
    }
}
