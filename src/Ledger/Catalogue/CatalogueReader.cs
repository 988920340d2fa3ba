using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Catalogue;

/// <summary>Reads the catalogue from its stream. What was read stays in memory (some hundred entries, immutable), so a reading costs
/// one look at the end of the stream; never an estimate of how old the memory may be.</summary>
public sealed class CatalogueReader(NpgsqlDataSource database)
{
    /// <summary>The one stream of all catalogue events.</summary>
    public const string Stream = "catalogue";

    private ImmutableArray<CatalogueEntry> _entries = [];
    private CatalogueAt _latest = CatalogueAt.Fold([]);
    private readonly Lock _growing = new();
    private readonly ConcurrentDictionary<int, CatalogueAt> _past = new();

    /// <summary>Number of the last entry in memory.</summary>
    public long KnownVersion => _latest.Version;

    /// <summary>The catalogue as far as it is in memory.</summary>
    public CatalogueAt Latest => _latest;

    /// <summary>The catalogue as it stands now.</summary>
    public async Task<CatalogueAt> LatestAsync(CancellationToken cancellation = default)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Newer());
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await TakeAsync(reader, cancellation);
        return _latest;
    }

    /// <summary>The command that reads what lies beyond the entries in memory, for a caller's batch; its rows go to <see cref="TakeAsync"/>.</summary>
    public NpgsqlBatchCommand Newer() => StoredEvents.OfStream(Stream, KnownVersion);

    /// <summary>Takes in the rows of <see cref="Newer"/>, for a caller that asked for them together with something else.</summary>
    public async Task TakeAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        List<CatalogueEntry>? newer = null;
        while (await reader.ReadAsync(cancellation))
        {
            (newer ??= []).Add(CatalogueEntry.Of(StoredEvents.Read(reader))!);
        }

        if (newer is null)
        {
            return;
        }

        lock (_growing)
        {
            // Another request may have taken in the same entries meanwhile.
            var fresh = newer.Where(x => x.Version > _latest.Version).ToList();
            if (fresh.Count > 0)
            {
                _entries = _entries.AddRange(fresh);
                _latest = CatalogueAt.Fold(_entries);
            }
        }
    }

    /// <summary>The catalogue as it stood at a position not beyond what was read.</summary>
    public CatalogueAt At(long position)
    {
        var latest = _latest;
        if (position >= latest.Position)
        {
            return latest;
        }

        // Between two entries the catalogue is the same, and dashboards ask about the same past again and again.
        var entries = _entries;
        var last = LastAt(entries, position);
        if (!_past.TryGetValue(last, out var then))
        {
            if (_past.Count >= Limits.PastCatalogues)
            {
                _past.Clear();
            }

            then = _past[last] = CatalogueAt.Fold(entries.Take(last));
        }

        return then;
    }

    /// <summary>How many entries lie at a position or before.</summary>
    private static int LastAt(ImmutableArray<CatalogueEntry> entries, long position)
    {
        var (low, high) = (0, entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].Position > position) { high = middle; }
            else { low = middle + 1; }
        }

        return low;
    }
}
