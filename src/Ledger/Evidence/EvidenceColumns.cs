using System.Globalization;
using System.Linq.Expressions;
using Ledger.Estimation;
using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>The one mapping between rows of evidence and columns. Each entry has a column's name and type, the member of the row, and how
/// it is written and read; the table, the insert, the reader and the replay's comparison are derived from it. To add a column, add one
/// entry here, raise <c>Schema.Version</c>, and let the upgrade require a rebuild.</summary>
/// <remarks>A type with a question mark at its end is nullable.</remarks>
internal static class EvidenceColumns
{
    private static readonly EvidenceMapping[] Mappings =
    [
        Of("position", "bigint", x => x.Position),
        Of("event_id", "uuid", x => x.EventId),
        Of("kind", "smallint", x => x.Kind, x => (short)x, x => (ReportKind)x),
        Of("recorded_at", "timestamp with time zone", x => x.RecordedAt),
        Of("published", "date?", x => x.Published),
        Of("publisher", "text", x => x.Publisher),
        OfRow("feed", "text", x => x.Feed, isRead: false),
        OfRow("recipient", "text", x => x.Recipient),
        Of("supplier", "text", x => x.Supplier),
        OfRow("platform", "text", x => x.Platform),
        OfRow("platform_name", "text?", x => x.PlatformName),
        Of("deal", "text?", x => x.Deal),
        Of("lot", "text?", x => x.Lot),
        Group(x => x.Quantity,
            (row, at) => new Quantity
            {
                Qualifier = (Qualifier)row.GetInt16(at), N = Number(row, at + 1), Low = Number(row, at + 2), Best = Number(row, at + 3),
                High = Number(row, at + 4), Unit = (Unit)row.GetInt16(at + 5),
            },
            Part<Quantity, short>("qualifier", "smallint", x => (short)x.Qualifier), Part<Quantity, long?>("n", "bigint?", x => x.N),
            Part<Quantity, long?>("low", "bigint?", x => x.Low), Part<Quantity, long?>("best", "bigint?", x => x.Best),
            Part<Quantity, long?>("high", "bigint?", x => x.High), Part<Quantity, short>("unit", "smallint", x => (short)x.Unit)),
        OfWindow("", x => x.Occurred),
        OfWindow("due_", x => x.Due),
        Of("grade", "text", x => x.Grade, x => x.ToString(), x => Grade.TryParse(x, out var grade) ? grade : Grade.Unjudged),
        Of("role", "smallint", x => x.Role, x => (short)x, x => (Role)x),
        Of("origin", "text?", x => x.Origin),
        Of("milestone", "smallint?", x => x.Milestone, x => (short?)x, x => (Milestone?)x),
        Of("cancelled", "boolean", x => x.Cancelled),
        Of("licensed", "boolean", x => x.LicensedProduction),
        Of("inventory", "boolean", x => x.Inventory),
        Of("supersedes", "text?", x => x.Supersedes, x => x.Count == 0 ? null : string.Join(',', x),
            x => x is null ? [] : System.Array.ConvertAll(x.Split(','), Guid.Parse)),
        Of("target", "uuid?", x => x.Target),
        Of("successor", "uuid?", x => x.Successor),
        Of("cause", "smallint?", x => x.Cause, x => (short?)x, x => (LossCause?)x),
        Of("passed_to", "text?", x => x.To),
        Of("rate_a_year", "bigint?", x => x.RateAYear),
    ];

    private static readonly (EvidenceMapping Mapping, int At)[] ReadInOrder = OrderRead();

    /// <summary>Name and type of each column, and whether it is not null.</summary>
    public static readonly IReadOnlyList<(string Name, string Type, bool IsRequired)> All =
        [.. Mappings.SelectMany(x => x.Columns).Select(x => (x.Name, x.Type.TrimEnd('?'), !x.Type.EndsWith('?')))];

    /// <summary>The names of all columns, as an SQL list.</summary>
    public static readonly string Names = string.Join(", ", All.Select(x => x.Name));

    /// <summary>The names of the columns that <see cref="Read"/> reads, in its order, as an SQL list.</summary>
    public static readonly string ReadNames = ReadNamesOf(EvidenceProjection.Name);

    /// <summary>The number of columns that <see cref="Read"/> reads.</summary>
    public static readonly int ReadCount = Mappings.Where(x => x.IsRead).Sum(x => x.Columns.Count);

    /// <summary>Like <see cref="ReadNames"/>, each qualified by the table's name in the query.</summary>
    public static string ReadNamesOf(string table) =>
        string.Join(", ", Mappings.Where(x => x.IsRead).SelectMany(x => x.Columns).Select(x => $"{table}.{x.Name}"));

    /// <summary>A query that returns the rows of <see cref="Values"/>.</summary>
    /// <param name="parameter">The SQL of a column's parameter, by the column's index from 0.</param>
    public static string Rows(Func<int, string> parameter) =>
        $"select * from unnest({string.Join(", ", All.Select((x, i) => $"{parameter(i)}::{x.Type}[]"))})";

    /// <summary>The statement that inserts rows into a table. <see cref="Values"/> are its parameters, in order.</summary>
    public static string InsertInto(string table) =>
        $"insert into {table} ({Names}) {Rows(x => string.Create(CultureInfo.InvariantCulture, $"${x + 1}"))}";

    /// <summary>The values of some rows: an array for each column, in the order of <see cref="All"/>.</summary>
    public static object[] Values(IReadOnlyList<EvidenceRow> rows)
    {
        var values = new object[All.Count];
        var at = 0;
        foreach (var mapping in Mappings)
        {
            foreach (var column in mapping.Columns)
            {
                values[at++] = column.Write(rows);
            }
        }

        return values;
    }

    /// <summary>Reads a row of <see cref="ReadNames"/>.</summary>
    public static EvidenceRow Read(NpgsqlDataReader row)
    {
        // Created without the compiler's check of required members: the mapping sets them all.
        var read = new EvidenceRow { Evidence = Activator.CreateInstance<EvidenceRecord>() };
        foreach (var (mapping, at) in ReadInOrder)
        {
            mapping.Read(row, at, read);
        }

        return read;
    }

    private static (EvidenceMapping, int)[] OrderRead()
    {
        var at = 0;
        return [.. Mappings.Where(x => x.IsRead).Select(x => (x, (at += x.Columns.Count) - x.Columns.Count))];
    }

    private static EvidenceMapping Of<T>(string name, string type, Expression<Func<EvidenceRecord, T>> member) =>
        Of(name, type, member, x => x, x => x);

    private static EvidenceMapping Of<T, TStored>(
        string name, string type, Expression<Func<EvidenceRecord, T>> member, Func<T, TStored> write, Func<TStored, T> read)
    {
        var (get, set) = EvidenceMapping.Accessors(member);
        return new([new(name, type, rows => Array(rows, x => write(get(x.Evidence))))],
            (row, at, into) => set(into.Evidence, read(row.IsDBNull(at) ? default! : row.GetFieldValue<TStored>(at))));
    }

    private static EvidenceMapping OfRow<T>(string name, string type, Expression<Func<EvidenceRow, T>> member, bool isRead = true)
    {
        var (get, set) = EvidenceMapping.Accessors(member);
        return new([new(name, type, rows => Array(rows, get))],
            isRead ? (row, at, into) => set(into, row.IsDBNull(at) ? default! : row.GetFieldValue<T>(at)) : null);
    }

    private static EvidenceMapping OfWindow(string prefix, Expression<Func<EvidenceRecord, Window?>> member) => Group(member,
        (row, at) => row.IsDBNull(at) ? null : new Window(Day(row, at), Day(row, at + 1), Day(row, at + 2)),
        Part<Window?, DateOnly?>($"{prefix}earliest", "date?", x => x?.Earliest),
        Part<Window?, DateOnly?>($"{prefix}middle", "date?", x => x?.Middle),
        Part<Window?, DateOnly?>($"{prefix}latest", "date?", x => x?.Latest));

    /// <summary>A member that is stored in several columns.</summary>
    private static EvidenceMapping Group<T>(
        Expression<Func<EvidenceRecord, T>> member, Func<NpgsqlDataReader, int, T> read,
        params Func<Func<EvidenceRecord, T>, EvidenceColumn>[] parts)
    {
        var (get, set) = EvidenceMapping.Accessors(member);
        return new([.. parts.Select(x => x(get))], (row, at, into) => set(into.Evidence, read(row, at)));
    }

    private static Func<Func<EvidenceRecord, T>, EvidenceColumn> Part<T, TStored>(string name, string type, Func<T, TStored> write) =>
        get => new EvidenceColumn(name, type, rows => Array(rows, x => write(get(x.Evidence))));

    private static T[] Array<T>(IReadOnlyList<EvidenceRow> rows, Func<EvidenceRow, T> value)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return values;
    }

    private static long? Number(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

    private static DateOnly Day(NpgsqlDataReader row, int at) => row.GetFieldValue<DateOnly>(at);
}
