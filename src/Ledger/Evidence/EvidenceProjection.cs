using JasperFx.Events;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Vocabulary;
using Marten;
using Marten.Events.Projections;

namespace Ledger.Evidence;

/// <summary>Writes the row of evidence of every report, whoever appends it, in the transaction of its event: what is committed is visible, and a row
/// is there exactly when its event is.</summary>
/// <remarks>Marten calls it inline, in rich append mode: positions and versions are known by then, and the rows go out in the batch that inserts the
/// events. What it cannot use fails the append.</remarks>
public sealed class EvidenceProjection : IProjection
{
    /// <summary>Name of the read model, and of its table.</summary>
    public const string Name = "evidence";

    /// <summary>The table's columns in the order of the parameters below: name, type, whether it is always there.</summary>
    public static readonly IReadOnlyList<(string Name, string Type, bool Required)> Columns =
    [
        ("position", "bigint", true), ("event_id", "uuid", true), ("kind", "smallint", true), ("recorded_at", "timestamp with time zone", true),
        ("published", "date", false), ("publisher", "text", true), ("feed", "text", true), ("recipient", "text", true), ("supplier", "text", true),
        ("platform", "text", true), ("platform_name", "text", false), ("deal", "text", false), ("lot", "text", false),
        ("qualifier", "smallint", true), ("n", "bigint", false), ("low", "bigint", false), ("best", "bigint", false), ("high", "bigint", false),
        ("unit", "smallint", true), ("earliest", "date", false), ("middle", "date", false), ("latest", "date", false),
        ("due_earliest", "date", false), ("due_middle", "date", false), ("due_latest", "date", false), ("grade", "text", true),
        ("role", "smallint", true), ("origin", "text", false), ("milestone", "smallint", false), ("cancelled", "boolean", true),
        ("licensed", "boolean", true), ("inventory", "boolean", true), ("supersedes", "text", false), ("target", "uuid", false),
        ("passed_to", "text", false), ("rate_a_year", "bigint", false),
    ];

    /// <summary>The columns' names, as SQL lists them.</summary>
    public static readonly string ColumnNames = string.Join(", ", Columns.Select(x => x.Name));

    private static readonly string Insert = $"insert into {Storage.Schema}.{Name} ({ColumnNames}) {Rows(_ => "?")}";

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        AppendOrder.Of(operations)?.Restore(events);
        var rows = new List<(IEvent Event, Report Report)>(events.Count);
        foreach (var written in events)
        {
            switch (written.Data)
            {
                case Report report:
                    rows.Add((written, report));
                    break;
                case PlatformDefined or PlatformAliasAdded:
                    // Applied when a question is asked, as it stood at its knownAt: never baked into a row.
                    break;
                case EditionImported:
                    // Its reports speak for it.
                    break;
                default:
                    throw new InvalidOperationException(
                        $"No rule here for {written.EventTypeName} at {written.Sequence}: nothing is appended that may be evidence and leaves no row.");
            }
        }

        if (rows.Count > 0)
        {
            operations.QueueSqlCommand(Insert, Values(rows));
        }

        return Task.CompletedTask;
    }

    /// <summary>The rows that <see cref="Values"/> stand for, as a query.</summary>
    /// <param name="parameter">How the parameter of a column, counted from 0, is written.</param>
    public static string Rows(Func<int, string> parameter) =>
        $"select * from unnest({string.Join(", ", Columns.Select((x, i) => $"{parameter(i)}::{x.Type}[]"))})";

    /// <summary>Everything that the table keeps of these reports: an array for each column. Here alone a report becomes a row, whether
    /// an append asks, a rebuild, or a replay that compares.</summary>
    public static object[] Values(IReadOnlyList<(IEvent Event, Report Report)> rows)
    {
        T[] Each<T>(Func<IEvent, Report, T> value) => [.. rows.Select(x => value(x.Event, x.Report))];
        var read = rows.Select(x => Read(x.Event, x.Report)).ToArray();
        T[] Take<T>(Func<EvidenceRecord, T> value) => Array.ConvertAll(read, x => value(x));
        return
        [
            Take(x => x.Position), Take(x => x.EventId), Take(x => (short)x.Kind), Take(x => x.RecordedAt),
            Take(x => x.Published), Take(x => x.Publisher), Each((_, x) => x.Feed!), Each((_, x) => x.Recipient!), Take(x => x.Supplier),
            Each((_, x) => x.Platform!), Each((_, x) => x.PlatformName), Take(x => x.Deal), Take(x => x.Lot),
            Take(x => (short)x.Quantity.Qualifier), Take(x => x.Quantity.N), Take(x => x.Quantity.Low), Take(x => x.Quantity.Best), Take(x => x.Quantity.High),
            Take(x => (short)x.Quantity.Unit), Take(x => x.Occurred?.Earliest), Take(x => x.Occurred?.Middle), Take(x => x.Occurred?.Latest),
            Take(x => x.Due?.Earliest), Take(x => x.Due?.Middle), Take(x => x.Due?.Latest), Take(x => x.Grade.ToString()),
            Take(x => (short)x.Role), Take(x => x.Origin), Take(x => (short?)x.Milestone), Take(x => x.Cancelled),
            Take(x => x.LicensedProduction), Take(x => x.Inventory),
            Take(x => x.Supersedes.Count == 0 ? null : string.Join(',', x.Supersedes)), Take(x => x.Target),
            Take(x => x.To), Take(x => x.RateAYear),
        ];
    }

    /// <summary>What an estimate needs of a stored report. Its rules held when it was posted, so nothing is judged again here.</summary>
    public static EvidenceRecord Read(IEvent written, Report report) => new()
    {
        Position = written.Sequence,
        EventId = written.Id,
        Kind = report.Kind,
        RecordedAt = written.Timestamp,
        Published = report.Source?.Published is { } day && MemberRules.TryFullDate(day, out var published) ? published : null,
        Publisher = report.Source?.Publisher ?? "",
        Supplier = report.Supplier!,
        Deal = report.Deal,
        Lot = report.Lot,
        Quantity = report.Quantity is { } said ? Quantity.Of(said.Qualifier, said.N, said.Low, said.Best, said.High, said.Unit, said.Text) : default,
        Occurred = Window(report.Occurred),
        Due = Window((report as Contract)?.Due),
        Grade = Grade.TryParse(report.Grade, out var grade) ? grade : Grade.Unjudged,
        Role = WordNames.Parse<Role>(report.Role) ?? Role.Transfer,
        Origin = report.Origin,
        Milestone = WordNames.Parse<Milestone>((report as ProductionMilestone)?.Milestone),
        Cancelled = (report as Contract)?.Cancelled == true,
        LicensedProduction = (report as Contract)?.LicensedProduction == true,
        Inventory = (report as Observation)?.Setting == "inventory",
        Supersedes = report.SupersededEvents ?? [],
        Target = (report as Withdrawal)?.TargetEvent,
        To = (report as Loss)?.To,
        RateAYear = (report as ProductionMilestone)?.Rate is { N: { } n } rate ? rate.Per == "month" ? n * 12 : n : null,
    };

    private static Window? Window(string? text) => text is not null && Edtf.TryParse(text, out var window, out _) ? window : null;
}
