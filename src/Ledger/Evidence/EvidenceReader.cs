using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Questions;
using Ledger.Store;
using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Reads evidence by holding, through the index that leads straight to it.</summary>
public sealed class EvidenceReader(NpgsqlDataSource database)
{
    private static readonly string Columns = string.Join(", ", EvidenceProjection.Columns
        .Select(x => x.Name).Where(x => x is not "feed"));

    /// <summary>Every holding of one recipient, ordered by platform. Aliases are applied as they stood at the basis.</summary>
    public async Task<IReadOnlyList<HoldingEvidence>> OfRecipientAsync(string recipient, Basis basis, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from {Storage.Schema}.evidence where recipient = $1 and position <= $2 order by platform, position");
        command.Parameters.AddWithValue(recipient);
        command.Parameters.AddWithValue(basis.Position);
        return Group(await ReadAsync(command, cancellation), basis);
    }

    /// <summary>Every holding of one recipient on two bases, read once; each side has its own reports and its own aliases.</summary>
    /// <param name="later">Its position is not before that of <paramref name="earlier"/>.</param>
    public async Task<(IReadOnlyList<HoldingEvidence> Earlier, IReadOnlyList<HoldingEvidence> Later)> OfRecipientAsync(
        string recipient, Basis earlier, Basis later, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from {Storage.Schema}.evidence where recipient = $1 and position <= $2 order by platform, position");
        command.Parameters.AddWithValue(recipient);
        command.Parameters.AddWithValue(later.Position);
        var rows = await ReadAsync(command, cancellation);
        return (Group(rows.FindAll(x => x.Evidence.Position <= earlier.Position), earlier), Group(rows, later));
    }

    /// <summary>Every holding of several recipients, ordered by recipient and platform.</summary>
    /// <param name="only">Of this platform alone; null: of all.</param>
    public async Task<IReadOnlyList<HoldingEvidence>> OfRecipientsAsync(
        IReadOnlyList<string> recipients, Basis basis, CancellationToken cancellation, Platform? only = null)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from {Storage.Schema}.evidence where recipient = any($1) and position <= $2 {OfPlatform(only, 3)} "
            + "order by recipient, platform, position");
        command.Parameters.AddWithValue(recipients.ToArray());
        command.Parameters.AddWithValue(basis.Position);
        AddSlugs(command, only);
        return Group(await ReadAsync(command, cancellation), basis);
    }

    /// <summary>Every holding of others of which a report says that units were passed on to one of these receivers, with all its
    /// evidence, ordered by recipient and platform.</summary>
    public async Task<IReadOnlyList<HoldingEvidence>> PassedOnToAsync(IReadOnlyList<string> receivers, Basis basis, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select distinct recipient, platform from {Storage.Schema}.evidence where passed_to = any($1) and position <= $2");
        command.Parameters.AddWithValue(receivers.ToArray());
        command.Parameters.AddWithValue(basis.Position);
        // Whether such a report counts, the reports of its holding under the platform's other names say too.
        var holdings = new HashSet<(string Recipient, string Slug)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                holdings.UnionWith(basis.Catalogue.Find(reader.GetString(1)).Slugs.Select(slug => (reader.GetString(0), slug)));
            }
        }

        return holdings.Count == 0 ? [] : await OfHoldingsAsync([.. holdings], basis, cancellation);
    }

    private async Task<IReadOnlyList<HoldingEvidence>> OfHoldingsAsync(
        (string Recipient, string Slug)[] holdings, Basis basis, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from {Storage.Schema}.evidence "
            + "where (recipient, platform) in (select * from unnest($1::text[], $2::text[])) and position <= $3 order by recipient, platform, position");
        command.Parameters.AddWithValue(Array.ConvertAll(holdings, x => x.Recipient));
        command.Parameters.AddWithValue(Array.ConvertAll(holdings, x => x.Slug));
        command.Parameters.AddWithValue(basis.Position);
        return Group(await ReadAsync(command, cancellation), basis);
    }

    /// <summary>The holdings of a recipient in which a report names a deal of a supplier, with all their evidence, ordered by platform.</summary>
    /// <param name="deal">Null: what is undivided of that supplier.</param>
    public async Task<IReadOnlyList<HoldingEvidence>> OfDealAsync(string recipient, string supplier, string? deal, Basis basis, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select distinct platform from {Storage.Schema}.evidence "
            + $"where recipient = $1 and supplier = $2 and position <= $3 and {(deal is null ? "deal is null" : "deal = $4")}");
        command.Parameters.AddWithValue(recipient);
        command.Parameters.AddWithValue(supplier);
        command.Parameters.AddWithValue(basis.Position);
        if (deal is not null)
        {
            command.Parameters.AddWithValue(deal);
        }

        var slugs = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                slugs.UnionWith(basis.Catalogue.Find(reader.GetString(0)).Slugs);
            }
        }

        return slugs.Count == 0 ? [] : await OfHoldingsAsync([.. slugs.Select(slug => (recipient, slug))], basis, cancellation);
    }

    /// <summary>One holding; its list of reports is empty where there are none.</summary>
    public async Task<HoldingEvidence> OfHoldingAsync(string recipient, Platform platform, Basis basis, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from {Storage.Schema}.evidence where recipient = $1 and platform = any($2) and position <= $3 order by position");
        command.Parameters.AddWithValue(recipient);
        command.Parameters.AddWithValue(platform.Slugs.ToArray());
        command.Parameters.AddWithValue(basis.Position);
        var rows = await ReadAsync(command, cancellation);
        return new HoldingEvidence(recipient, Named(platform, rows), [.. rows.Select(x => x.Evidence)]);
    }

    /// <summary>Every holding of one platform, ordered by recipient.</summary>
    public async Task<IReadOnlyList<HoldingEvidence>> OfPlatformAsync(Platform platform, Basis basis, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from {Storage.Schema}.evidence where platform = any($1) and position <= $2 order by recipient, position");
        command.Parameters.AddWithValue(platform.Slugs.ToArray());
        command.Parameters.AddWithValue(basis.Position);
        return Group(await ReadAsync(command, cancellation), basis);
    }

    /// <summary>Recipients with a report, after <paramref name="after"/>, ordered by code.</summary>
    public async Task<IReadOnlyList<string>> RecipientsAsync(string after, int most, long position, CancellationToken cancellation) =>
        [.. (await NamesAsync("recipient", position, cancellation)).Where(x => string.CompareOrdinal(x, after) > 0).Order(StringComparer.Ordinal).Take(most)];

    /// <summary>Those whom reports name as having received what others passed on, ordered by code.</summary>
    public async Task<IReadOnlyList<string>> ReceiversAsync(long position, CancellationToken cancellation) =>
        [.. (await NamesAsync("passed_to", position, cancellation)).Order(StringComparer.Ordinal)];

    /// <summary>Slugs under which reports were posted, in no order.</summary>
    public Task<IReadOnlyList<string>> PlatformsAsync(long position, CancellationToken cancellation) => NamesAsync("platform", position, cancellation);

    /// <summary>What the first report to name each of these platforms called it; absent where none called it other than by its slug.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesOfAsync(IReadOnlyList<string> slugs, long position, CancellationToken cancellation)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (slugs.Count == 0)
        {
            return names;
        }

        await using var command = database.CreateCommand($"""
            select distinct on (platform) platform, platform_name from {Storage.Schema}.evidence
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

    /// <summary>Position of the last report that was the first under one of these slugs, or the first to give it a name; 0 of none.</summary>
    public async Task<long> FirstNamingAsync(string[] slugs, long position, CancellationToken cancellation)
    {
        if (slugs.Length == 0)
        {
            return 0;
        }

        await using var command = database.CreateCommand($"""
            select coalesce(max(greatest(first.report, first.name)), 0) from (
              select min(position) as report, min(position) filter (where platform_name is not null) as name
              from {Storage.Schema}.evidence where platform = any($1) and position <= $2 group by platform) first
            """);
        command.Parameters.AddWithValue(slugs);
        command.Parameters.AddWithValue(position);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Position of the last event, a report or a word of the catalogue, that affects what is estimated of a recipient, of a
    /// platform, of both, or, where both are null, of anything.</summary>
    public async Task<long> LastAffectingAsync(string? recipient, Platform? platform, Basis basis, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {(recipient is null ? "''" : "platform")}, coalesce(max(position), 0) "
            + $"from {Storage.Schema}.evidence where position <= $1 {OfPlatform(platform, 2)}"
            + (recipient is null ? "" : $" and recipient = ${(platform is null ? 2 : 3)} group by platform"));
        command.Parameters.AddWithValue(basis.Position);
        AddSlugs(command, platform);
        if (recipient is not null)
        {
            command.Parameters.AddWithValue(recipient);
        }

        var last = platform?.ChangedAt ?? (recipient is null ? basis.Catalogue.Position : 0);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            last = Math.Max(last, reader.GetInt64(1));
            if (recipient is not null)
            {
                last = Math.Max(last, basis.Catalogue.Find(reader.GetString(0)).ChangedAt);
            }
        }

        return last;
    }

    private static string OfPlatform(Platform? platform, int parameter) => platform is null ? "" : $"and platform = any(${parameter})";

    private static void AddSlugs(NpgsqlCommand command, Platform? platform)
    {
        if (platform is not null)
        {
            command.Parameters.AddWithValue(platform.Slugs.ToArray());
        }
    }

    /// <summary>Position of the last report, up to a position.</summary>
    public async Task<long> LastAsync(long position, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select coalesce(max(position), 0) from {Storage.Schema}.evidence where position <= $1");
        command.Parameters.AddWithValue(position);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Hops from one name to the next in the index, so that it costs as many probes as it finds names, not as many as there are
    /// reports. The caller orders them: the database's order depends on the language that it was set up for.</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(string column, long position, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with recursive hop as (
              (select {column} as name from {Storage.Schema}.evidence where {column} is not null order by {column} limit 1)
              union all
              select (select e.{column} from {Storage.Schema}.evidence e where e.{column} > hop.name order by e.{column} limit 1)
              from hop where hop.name is not null)
            select name from hop
            where name is not null and exists (select from {Storage.Schema}.evidence e where e.{column} = hop.name and e.position <= $1)
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

    private static List<HoldingEvidence> Group(List<Row> rows, Basis basis)
    {
        var holdings = new SortedDictionary<(string Recipient, string Platform), List<Row>>(Comparer<(string, string)>.Create((x, y) =>
            string.CompareOrdinal(x.Item1, y.Item1) is not 0 and var order ? order : string.CompareOrdinal(x.Item2, y.Item2)));
        foreach (var row in rows)
        {
            var key = (row.Recipient, basis.Catalogue.Resolve(row.Platform));
            if (!holdings.TryGetValue(key, out var reports))
            {
                holdings[key] = reports = [];
            }

            reports.Add(row);
        }

        return [.. holdings.Select(x =>
        {
            // Reports posted under several names arrive name by name.
            x.Value.Sort((one, other) => one.Evidence.Position.CompareTo(other.Evidence.Position));
            return new HoldingEvidence(x.Key.Recipient, Named(basis.Catalogue.Find(x.Key.Platform), x.Value), [.. x.Value.Select(row => row.Evidence)]);
        })];
    }

    /// <summary>A platform that the catalogue does not know is called what the first report called it.</summary>
    private static Platform Named(Platform platform, List<Row> rows) => platform.Named(rows.Find(x => x.Name is not null)?.Name);

    private sealed record Row(string Recipient, string Platform, string? Name, EvidenceRecord Evidence);

    private static async Task<List<Row>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }

    private static Row Read(NpgsqlDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        long? Number(int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
        DateOnly Day(int column) => row.GetFieldValue<DateOnly>(column);
        Window? Window(int column) => row.IsDBNull(column) ? null : new Window(Day(column), Day(column + 1), Day(column + 2));
        var evidence = new EvidenceRecord
        {
            Position = row.GetInt64(0),
            EventId = row.GetGuid(1),
            Kind = (ReportKind)row.GetInt16(2),
            RecordedAt = row.GetFieldValue<DateTimeOffset>(3),
            Published = row.IsDBNull(4) ? null : Day(4),
            Publisher = row.GetString(5),
            Supplier = row.GetString(7),
            Deal = Text(10),
            Lot = Text(11),
            Quantity = new Quantity
            {
                Qualifier = (Qualifier)row.GetInt16(12),
                N = Number(13),
                Low = Number(14),
                Best = Number(15),
                High = Number(16),
                Unit = (Unit)row.GetInt16(17),
            },
            Occurred = Window(18),
            Due = Window(21),
            Grade = Grade.TryParse(row.GetString(24), out var grade) ? grade : Grade.Unjudged,
            Role = (Role)row.GetInt16(25),
            Origin = Text(26),
            Milestone = row.IsDBNull(27) ? null : (Milestone)row.GetInt16(27),
            Cancelled = row.GetBoolean(28),
            LicensedProduction = row.GetBoolean(29),
            Inventory = row.GetBoolean(30),
            Supersedes = row.IsDBNull(31) ? [] : Array.ConvertAll(row.GetString(31).Split(','), Guid.Parse),
            Target = row.IsDBNull(32) ? null : row.GetGuid(32),
            To = Text(33),
            RateAYear = Number(34),
        };
        return new Row(row.GetString(6), row.GetString(8), Text(9), evidence);
    }
}
