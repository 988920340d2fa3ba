using Ledger.Catalogue;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Web;
using Npgsql;

namespace Ledger.Questions;

/// <summary>Resolves the clocks of a question to a basis. One round trip where no past time is asked about: the ledger's end, and whatever the
/// catalogue has gained.</summary>
public sealed class BasisResolver(NpgsqlDataSource database, CatalogueReader catalogue, LedgerClock ledgerClock, TimeProvider clock)
{
    /// <summary>Resolves.</summary>
    /// <param name="pin">The basis of the first page, where the question continues a list.</param>
    /// <exception cref="ProblemException">400: a position or time that the ledger has not reached; 503 where a time is asked about while an append
    /// holds the ledger.</exception>
    public async Task<Basis> ResolveAsync(ClockParameters clocks, Pin? pin, CancellationToken cancellation)
    {
        var position = clocks.Position;
        if (pin is null && clocks.Time is { } past)
        {
            // Before the end is read: what the time names lies at the end or before.
            position = await PositionAtAsync(past, clocks.KnownAtName, cancellation);
        }

        var end = await EndAsync(cancellation);
        MustBeThere(clocks.AtLeast?.Position, clocks.AtLeast?.Named, end);
        MustBeThere(pin?.Position ?? position, pin is null ? $"?{clocks.KnownAtName}" : "?cursor", end);
        if (pin is not null)
        {
            return new Basis
            {
                AsOf = pin.AsOf, ReportedBy = pin.ReportedBy, Position = pin.Position, KnownAt = pin.KnownAt, Pinned = true, LedgerEnd = end,
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
            LedgerEnd = end,
            Catalogue = catalogue.At(position ?? end),
        };
    }

    /// <summary>Without a knownAt, an answer names the last event that affects it, so that it stays the same while others come in.</summary>
    /// <param name="last">Position of that event (<see cref="LastAffecting"/>); 0 where there is none.</param>
    public async Task<Basis> NarrowAsync(Basis basis, long last, CancellationToken cancellation) =>
        basis.Pinned ? basis : basis with { Position = last, KnownAt = await ledgerClock.TimeOfAsync(last, cancellation) };

    /// <summary>The ledger's end; takes in what the catalogue has gained in the same round trip.</summary>
    public async Task<long> EndAsync(CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LedgerEnd.Sql));
        batch.BatchCommands.Add(catalogue.Newer());
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var end = reader.GetInt64(0);
        await reader.NextResultAsync(cancellation);
        await catalogue.TakeAsync(reader, cancellation);
        return end;
    }

    private async Task<long> PositionAtAsync(DateTimeOffset time, string parameter, CancellationToken cancellation)
    {
        try
        {
            return await ledgerClock.PositionAtAsync(time, cancellation)
                ?? throw QueryParameters.Bad(parameter, "A time that has not come, by the database's clock: nobody knows what will be known then.");
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new ProblemException(ProblemKinds.Behind, "Somebody has been appending for seconds, perhaps since before that time. Ask again.")
            { RetryAfter = 2 };
        }
    }

    private static void MustBeThere(long? position, string? named, long end)
    {
        if (position > end)
        {
            throw LedgerEnd.Beyond(position.Value, named!, end);
        }
    }
}
