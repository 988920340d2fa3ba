using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Reads evidence from the read model. Every query uses an index of its table.</summary>
public sealed partial class EvidenceReader(NpgsqlDataSource database)
{
    /// <summary>SQL of what tells one read model from another: the table's object id, which a rebuild changes, since it fills a second
    /// table that takes the place of the first. 0 where there is none.</summary>
    public static readonly string IdentitySql = $"select coalesce(to_regclass('{TableNames.Evidence}')::oid::bigint, 0)";

    private static readonly string SelectEvidence = $"select {EvidenceColumns.ReadNames} from {TableNames.Evidence}";

    /// <summary>Every holding of one recipient, ordered by platform. Aliases are applied as of <paramref name="knowledge"/>.</summary>
    public Task<IReadOnlyList<HoldingEvidence>> OfRecipientAsync(string recipient, Knowledge knowledge, CancellationToken cancellation) =>
        OfRecipientsAsync([recipient], knowledge, cancellation);

    /// <summary>Every holding of some recipients in two states of knowledge, by one query; each side has its own reports and
    /// aliases.</summary>
    /// <param name="recipients">Codes of the recipients.</param>
    /// <param name="earlier">The earlier state.</param>
    /// <param name="later">The later state; its position is not lower than that of <paramref name="earlier"/>.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<(IReadOnlyList<HoldingEvidence> Earlier, IReadOnlyList<HoldingEvidence> Later)> OfRecipientsAsync(
        IReadOnlyList<string> recipients, Knowledge earlier, Knowledge later, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"{SelectEvidence} where recipient = any($1) and position <= $2");
        command.Parameters.AddWithValue(recipients.ToArray());
        command.Parameters.AddWithValue(later.Position);
        var rows = await ReadAsync(command, cancellation);
        return (Group(rows.FindAll(x => x.Evidence.Position <= earlier.Position), earlier), Group(rows, later));
    }

    /// <summary>Every holding of several recipients, ordered by recipient and platform.</summary>
    /// <param name="recipients">Codes of the recipients.</param>
    /// <param name="knowledge">The state of knowledge.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <param name="filter">Which holdings, by their platform; null: all. It says nothing of the supplier here.</param>
    public async Task<IReadOnlyList<HoldingEvidence>> OfRecipientsAsync(
        IReadOnlyList<string> recipients, Knowledge knowledge, CancellationToken cancellation, HoldingFilter? filter = null)
    {
        await using var command = database.CreateCommand();
        command.Parameters.AddWithValue(recipients.ToArray());
        command.Parameters.AddWithValue(knowledge.Position);
        command.CommandText = $"{SelectEvidence} where recipient = any($1) and position <= $2{filter?.AndSlug(command)}";
        return Group(await ReadAsync(command, cancellation), knowledge);
    }

    /// <summary>Every holding with a report that units were passed on to one of these receivers, with all its evidence, ordered by
    /// recipient and platform.</summary>
    /// <param name="receivers">Codes of the receivers.</param>
    /// <param name="knowledge">The state of knowledge.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <param name="filter">Which holdings, by their platform, and, where it has a supplier, those of that code alone: who passes units on
    /// is their supplier. Null: all.</param>
    public async Task<IReadOnlyList<HoldingEvidence>> PassedOnToAsync(
        IReadOnlyList<string> receivers, Knowledge knowledge, CancellationToken cancellation, HoldingFilter? filter = null)
    {
        await using var command = database.CreateCommand();
        command.Parameters.AddWithValue(receivers.ToArray());
        command.Parameters.AddWithValue(knowledge.Position);
        command.CommandText = $"select distinct recipient, platform from {TableNames.Evidence} "
            + $"where passed_to = any($1) and position <= $2{filter?.AndSlug(command)}";
        if (filter?.Supplier is { } holder)
        {
            command.Parameters.AddWithValue(holder);
            command.CommandText += $" and recipient = ${command.Parameters.Count}";
        }

        // Whether such a report counts depends on all reports of its holding, also those under the platform's other names.
        var holdings = new HashSet<(string Recipient, string Slug)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                holdings.UnionWith(knowledge.Catalogue.Find(reader.GetString(1)).Slugs.Select(slug => (reader.GetString(0), slug)));
            }
        }

        return holdings.Count == 0 ? [] : await OfHoldingsAsync([.. holdings], knowledge, cancellation);
    }

    private async Task<IReadOnlyList<HoldingEvidence>> OfHoldingsAsync(
        (string Recipient, string Slug)[] holdings, Knowledge knowledge, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"{SelectEvidence} "
            + "where (recipient, platform) in (select * from unnest($1::text[], $2::text[])) and position <= $3");
        command.Parameters.AddWithValue(Array.ConvertAll(holdings, x => x.Recipient));
        command.Parameters.AddWithValue(Array.ConvertAll(holdings, x => x.Slug));
        command.Parameters.AddWithValue(knowledge.Position);
        return Group(await ReadAsync(command, cancellation), knowledge);
    }

    /// <summary>The holdings of a recipient in which a report names a deal of a supplier, with all their evidence, ordered by
    /// platform.</summary>
    /// <param name="recipient">Code of the recipient.</param>
    /// <param name="supplier">Code of the supplier.</param>
    /// <param name="deal">Slug of the deal; null: the reports of that supplier that name no deal.</param>
    /// <param name="knowledge">The state of knowledge.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<IReadOnlyList<HoldingEvidence>> OfDealAsync(
        string recipient, string supplier, string? deal, Knowledge knowledge, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select distinct platform from {TableNames.Evidence} "
            + $"where recipient = $1 and supplier = $2 and position <= $3 and {(deal is null ? "deal is null" : "deal = $4")}");
        command.Parameters.AddWithValue(recipient);
        command.Parameters.AddWithValue(supplier);
        command.Parameters.AddWithValue(knowledge.Position);
        if (deal is not null)
        {
            command.Parameters.AddWithValue(deal);
        }

        var slugs = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                slugs.UnionWith(knowledge.Catalogue.Find(reader.GetString(0)).Slugs);
            }
        }

        return slugs.Count == 0 ? [] : await OfHoldingsAsync([.. slugs.Select(slug => (recipient, slug))], knowledge, cancellation);
    }

    /// <summary>One holding; its list of reports may be empty.</summary>
    public async Task<HoldingEvidence> OfHoldingAsync(
        string recipient, Platform platform, Knowledge knowledge, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"{SelectEvidence} "
            + "where recipient = $1 and platform = any($2) and position <= $3 order by position");
        command.Parameters.AddWithValue(recipient);
        command.Parameters.AddWithValue(platform.Slugs.ToArray());
        command.Parameters.AddWithValue(knowledge.Position);
        var rows = await ReadAsync(command, cancellation);
        return new HoldingEvidence(recipient, Named(platform, rows), [.. rows.Select(x => x.Evidence)]);
    }

    /// <summary>Every holding of one platform, ordered by recipient.</summary>
    public async Task<IReadOnlyList<HoldingEvidence>> OfPlatformAsync(
        Platform platform, Knowledge knowledge, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"{SelectEvidence} where platform = any($1) and position <= $2");
        command.Parameters.AddWithValue(platform.Slugs.ToArray());
        command.Parameters.AddWithValue(knowledge.Position);
        return Group(await ReadAsync(command, cancellation), knowledge);
    }

    /// <summary>Codes of the recipients with a report, ordered.</summary>
    public async Task<IReadOnlyList<string>> RecipientsAsync(long position, CancellationToken cancellation) =>
        [.. (await NamesAsync("recipient", position, cancellation)).Order(StringComparer.Ordinal)];

    /// <summary>Codes that reports name as receivers of units that were passed on, ordered.</summary>
    public async Task<IReadOnlyList<string>> ReceiversAsync(long position, CancellationToken cancellation) =>
        [.. (await NamesAsync("passed_to", position, cancellation)).Order(StringComparer.Ordinal)];

    /// <summary>Slugs under which reports were posted, in no order.</summary>
    public Task<IReadOnlyList<string>> PlatformsAsync(long position, CancellationToken cancellation) =>
        NamesAsync("platform", position, cancellation);

    /// <summary>The name of each of these platforms in the first report that has one; absent where all reports have only the
    /// slug.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesOfAsync(
        IReadOnlyList<string> slugs, long position, CancellationToken cancellation)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (slugs.Count == 0)
        {
            return names;
        }

        await using var command = database.CreateCommand($"""
            select distinct on (platform) platform, platform_name from {TableNames.Evidence}
            where platform = any($1) and platform_name is not null and position <= $2 order by platform, position
            """);
        command.Parameters.AddWithValue(slugs.ToArray());
        command.Parameters.AddWithValue(position);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            names.Add(reader.GetString(0), reader.GetString(1));
        }

        return names;
    }

    /// <summary>The highest position of a report that is the first under one of these slugs, or the first to give it a name; 0 if there is
    /// none.</summary>
    public async Task<long> FirstNamingAsync(string[] slugs, long position, CancellationToken cancellation)
    {
        if (slugs.Length == 0)
        {
            return 0;
        }

        await using var command = database.CreateCommand($"""
            select coalesce(max(greatest(first.report, first.name)), 0) from (
              select min(position) as report, min(position) filter (where platform_name is not null) as name
              from {TableNames.Evidence} where platform = any($1) and position <= $2 group by platform) first
            """);
        command.Parameters.AddWithValue(slugs);
        command.Parameters.AddWithValue(position);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Position of the last event, a report or a change of the catalogue, that affects the estimates of a recipient, of a
    /// platform, or of both; where both are null, any estimate.</summary>
    public async Task<long> LastAffectingAsync(
        string? recipient, Platform? platform, Knowledge knowledge, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {(recipient is null ? "''" : "platform")}, coalesce(max(position), 0) "
            + $"from {TableNames.Evidence} where position <= $1 {OfPlatform(platform, 2)}"
            + (recipient is null ? "" : $" and recipient = ${(platform is null ? 2 : 3)} group by platform"));
        command.Parameters.AddWithValue(knowledge.Position);
        AddSlugs(command, platform);
        if (recipient is not null)
        {
            command.Parameters.AddWithValue(recipient);
        }

        var last = platform?.ChangedAt ?? (recipient is null ? knowledge.Catalogue.Position : 0);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            last = Math.Max(last, reader.GetInt64(1));
            if (recipient is not null)
            {
                last = Math.Max(last, knowledge.Catalogue.Find(reader.GetString(0)).ChangedAt);
            }
        }

        return last;
    }

    /// <summary>Position of the last event that affects a list of reports: the last report that matches the filter, or the last change of a
    /// platform that one of them names. Of the reports of all recipients and platforms, of any platform: they are too many to look
    /// through.</summary>
    public async Task<long> LastOfAsync(ReportFilter filter, Knowledge knowledge, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        var isOfAll = filter.Recipient is null && filter.Platform is null;
        command.CommandText = $"select {(isOfAll ? "''" : "platform")}, coalesce(max(position), 0) from {TableNames.Evidence} "
            + $"where {filter.Where(command, knowledge)}{(isOfAll ? "" : " group by platform")}";
        var last = isOfAll ? knowledge.Catalogue.Position
            : filter.Platform is { } platform ? knowledge.Catalogue.Find(platform).ChangedAt : 0;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            last = Math.Max(last, reader.GetInt64(1));
            last = Math.Max(last, isOfAll ? 0 : knowledge.Catalogue.Find(reader.GetString(0)).ChangedAt);
        }

        return last;
    }

    /// <summary>Position of a recipient's first report; null where there is none.</summary>
    public async Task<long?> FirstOfAsync(string recipient, long position, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select min(position) from {TableNames.Evidence} where recipient = $1 and position <= $2");
        command.Parameters.AddWithValue(recipient);
        command.Parameters.AddWithValue(position);
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    /// <summary>The reports that match a filter, in order of position.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="after">Only positions above this one.</param>
    /// <param name="most">Maximum number of reports.</param>
    /// <param name="knowledge">The state of knowledge.</param>
    /// <param name="newestFirst">Whether the last recorded come first; then <paramref name="after"/> is the position before which they
    /// were recorded.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<IReadOnlyList<EvidenceRow>> MatchingAsync(
        ReportFilter filter, long after, int most, Knowledge knowledge, bool newestFirst, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        var where = filter.Where(command, knowledge);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(most);
        var last = command.Parameters.Count;
        var (beyond, direction) = newestFirst ? ('<', "desc") : ('>', "asc");
        command.CommandText =
            $"{SelectEvidence} where {where} and position {beyond} ${last - 1} order by position {direction} limit ${last}";
        return await ReadAsync(command, cancellation);
    }

    /// <summary>The reports with these event ids, in no order.</summary>
    public async Task<IReadOnlyList<EvidenceRow>> OfIdsAsync(IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        await using var command = database.CreateCommand($"{SelectEvidence} where position in ({StoredEvents.PositionsOf("$1")})");
        command.Parameters.AddWithValue(ids.ToArray());
        return await ReadAsync(command, cancellation);
    }

    private static string OfPlatform(Platform? platform, int parameter) => platform is null ? "" : $"and platform = any(${parameter})";

    private static void AddSlugs(NpgsqlCommand command, Platform? platform)
    {
        if (platform is not null)
        {
            command.Parameters.AddWithValue(platform.Slugs.ToArray());
        }
    }

    /// <summary>The distinct values of a column, by an index skip scan: one probe for each value, not one for each report. The caller sorts
    /// them, since the database's order depends on its collation.</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(string column, long position, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with recursive hop as (
              (select {column} as name from {TableNames.Evidence} where {column} is not null order by {column} limit 1)
              union all
              select (select e.{column} from {TableNames.Evidence} e where e.{column} > hop.name order by e.{column} limit 1)
              from hop where hop.name is not null)
            select name from hop
            where name is not null and exists (select from {TableNames.Evidence} e where e.{column} = hop.name and e.position <= $1)
            """);
        command.Parameters.AddWithValue(position);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    /// <summary>Groups rows, in any order, to holdings, ordered by recipient and platform; their reports by position.</summary>
    private static List<HoldingEvidence> Group(List<EvidenceRow> rows, Knowledge knowledge)
    {
        var holdings = new SortedDictionary<(string Recipient, string Platform), List<EvidenceRow>>(
            Comparer<(string Recipient, string Platform)>.Create((x, y) =>
                string.CompareOrdinal(x.Recipient, y.Recipient) is not 0 and var order
                    ? order
                    : string.CompareOrdinal(x.Platform, y.Platform)));
        foreach (var row in rows)
        {
            var key = (row.Recipient, knowledge.Catalogue.Resolve(row.Platform));
            if (!holdings.TryGetValue(key, out var reports))
            {
                holdings[key] = reports = [];
            }

            reports.Add(row);
        }

        return [.. holdings.Select(x =>
        {
            x.Value.Sort((one, other) => one.Evidence.Position.CompareTo(other.Evidence.Position));
            var platform = Named(knowledge.Catalogue.Find(x.Key.Platform), x.Value);
            return new HoldingEvidence(x.Key.Recipient, platform, [.. x.Value.Select(row => row.Evidence)]);
        })];
    }

    /// <summary>A provisional platform takes its name from the first report that has one.</summary>
    private static Platform Named(Platform platform, List<EvidenceRow> rows) =>
        platform.Named(rows.Find(x => x.PlatformName is not null)?.PlatformName);

    private static async Task<List<EvidenceRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<EvidenceRow>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(EvidenceColumns.Read(reader));
        }

        return rows;
    }
}
