using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Catalogue;

/// <summary>Reads the catalogue from its stream. Entries that were read stay in memory (some hundred, immutable). Every reading also
/// queries the stream for newer entries, so the result is never stale.</summary>
public sealed class CatalogueReader(NpgsqlDataSource database)
{
    /// <summary>The one stream of all catalogue events.</summary>
    public const string Stream = "catalogue";

    // Both are written under _growing only, and read without it: each is replaced as a whole.
    private ImmutableArray<CatalogueEntry> _entries = [];
    private CatalogueAt _latest = CatalogueAt.Fold([]);
    private readonly Lock _growing = new();
    private readonly ConcurrentDictionary<int, CatalogueAt> _past = new();

    /// <summary>Number of the last entry in memory.</summary>
    public long KnownVersion => _latest.Version;

    /// <summary>The catalogue in memory, which may lack newer entries.</summary>
    public CatalogueAt Latest => _latest;

    /// <summary>The current catalogue.</summary>
    public async Task<CatalogueAt> LatestAsync(CancellationToken cancellation = default)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Newer());
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await TakeAsync(reader, cancellation);
        return _latest;
    }

    /// <summary>The command that reads the entries that are not in memory, for a caller's batch. Its rows go to
    /// <see cref="TakeAsync"/>.</summary>
    public NpgsqlBatchCommand Newer() => StoredEvents.OfStream(Stream, KnownVersion);

    /// <summary>Adds the rows of <see cref="Newer"/> to the entries in memory.</summary>
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
            // Another request may have added the same entries meanwhile.
            var added = newer.Where(x => x.Version > _latest.Version).ToList();
            if (added.Count > 0)
            {
                _entries = _entries.AddRange(added);
                _latest = CatalogueAt.Fold(_entries);
            }
        }
    }

    /// <summary>The catalogue at a position, which must not be beyond the end of the ledger at the last reading.</summary>
    public CatalogueAt At(long position)
    {
        var latest = _latest;
        if (position >= latest.Position)
        {
            return latest;
        }

        // Past states are cached by their number of entries: between two entries the catalogue is the same.
        var entries = _entries;
        var last = LastAt(entries, position);
        if (!_past.TryGetValue(last, out var past))
        {
            if (_past.Count >= Limits.PastCatalogues)
            {
                _past.Clear();
            }

            past = _past[last] = CatalogueAt.Fold(entries.Take(last));
        }

        return past;
    }

    /// <summary>The number of entries up to a position.</summary>
    private static int LastAt(ImmutableArray<CatalogueEntry> entries, long position)
    {
        var (low, high) = (0, entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].Position > position)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
