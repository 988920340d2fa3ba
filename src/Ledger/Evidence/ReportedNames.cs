using System.Collections.Immutable;
using Ledger.Store;
using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>What a name that reports use is of.</summary>
public enum ReportedNameKind
{
    /// <summary>The code of a recipient.</summary>
    Recipient,

    /// <summary>The slug of a platform.</summary>
    Platform,

    /// <summary>What a report calls a platform.</summary>
    PlatformName,

    /// <summary>The slug of a deal.</summary>
    Deal,

    /// <summary>A publisher.</summary>
    Publisher,
}

/// <summary>A name that reports use.</summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Name">The name.</param>
/// <param name="Text">The name as search compares it.</param>
/// <param name="Since">Position of the first report that uses it.</param>
/// <param name="Recipient">Of a deal: code of its recipient.</param>
/// <param name="Supplier">Of a deal: code of its supplier.</param>
/// <param name="Platform">Of a platform's name its slug; of a deal that of its first report.</param>
public sealed record ReportedName(
    ReportedNameKind Kind, string Name, SearchText Text, long Since, string? Recipient = null, string? Supplier = null,
    string? Platform = null);

/// <summary>The names that reports use, in memory: a name that was used once stays for ever, so only the reports after the last reading
/// are read for more. Each node reads the whole ledger for them once, when they are first asked for.</summary>
public sealed class ReportedNames(NpgsqlDataSource database) : IDisposable
{
    // A column that a name does not have is null; the last is the platform's slug.
    private static readonly (ReportedNameKind Kind, string Sql)[] Queries =
    [
        (ReportedNameKind.Recipient, Select("recipient, min(position), null, null, null", "true", "group by recipient")),
        (ReportedNameKind.Platform, Select("platform, min(position), null, null, null", "true", "group by platform")),
        (ReportedNameKind.PlatformName, Select("distinct on (platform) platform_name, position, null, null, platform",
            "platform_name is not null", "order by platform, position")),
        (ReportedNameKind.Deal, Select(
            "deal, min(position), recipient, supplier, (array_agg(platform order by position))[1]", "deal is not null",
            "group by deal, recipient, supplier")),
        (ReportedNameKind.Publisher, Select("publisher, min(position), null, null, null", "true", "group by publisher")),
    ];

    /// <summary>Positions that are read at once, so that no query is long.</summary>
    private const long PositionsPerQuery = 100_000;

    private readonly SemaphoreSlim _reading = new(1);
    private readonly HashSet<(ReportedNameKind, string?, string?, string?)> _known = [];

    /// <summary>What was read, and up to where: exchanged as one.</summary>
    private volatile Read _read = new([], 0);

    private sealed record Read(ImmutableArray<ReportedName> Names, long To);

    /// <summary>Every name up to a position, in no order. A platform has the name of its first report that gives one.</summary>
    /// <param name="position">The position.</param>
    /// <param name="end">The end of the ledger, not below it.</param>
    /// <param name="cancellation">Cancels the queries; what was read stays read.</param>
    public async Task<IReadOnlyList<ReportedName>> AtAsync(long position, long end, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            while (_read.To < end)
            {
                await ReadAsync(Math.Min(end, _read.To + PositionsPerQuery), cancellation);
            }
        }
        finally
        {
            _reading.Release();
        }

        // Another question may have read further meanwhile.
        var read = _read;
        return position >= read.To ? read.Names : read.Names.RemoveAll(x => x.Since > position);
    }

    public void Dispose() => _reading.Dispose();

    private async Task ReadAsync(long to, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        foreach (var (_, sql) in Queries)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = _read.To }, new() { Value = to } } });
        }

        var read = new List<ReportedName>();
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        foreach (var (kind, _) in Queries)
        {
            while (await row.ReadAsync(cancellation))
            {
                string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
                var name = row.GetString(0);
                read.Add(new ReportedName(kind, name, SearchText.Of(name), row.GetInt64(1), Text(2), Text(3), Text(4)));
            }

            await row.NextResultAsync(cancellation);
        }

        // Only what was read to its end counts as read.
        _read = new Read(_read.Names.AddRange(read.Where(x =>
            _known.Add((x.Kind, x.Kind == ReportedNameKind.PlatformName ? x.Platform : x.Name, x.Recipient, x.Supplier)))), to);
    }

    private static string Select(string columns, string where, string grouped) =>
        $"select {columns} from {TableNames.Evidence} where position > $1 and position <= $2 and {where} {grouped}";
}
