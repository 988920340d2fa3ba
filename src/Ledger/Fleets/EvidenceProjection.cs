using JasperFx.Events;
using Ledger.Catalogue;
using Ledger.Editions;
using Ledger.Hosting;
using Ledger.Reports;
using Ledger.Vocabulary;
using Marten;
using Marten.Events.Projections;

namespace Ledger.Fleets;

/// <summary>Turns every report into one row of evidence, in the transaction that moves the projection's own progress: a row is there
/// exactly when the progress says so. With each batch it marks the time at which its last position was settled.</summary>
public sealed class EvidenceProjection(TimeProvider clock, LedgerMetrics metrics) : IProjection
{
    /// <summary>Name of the read model, and of its progress in the store (with <c>:All</c>).</summary>
    public const string Name = "evidence";

    /// <summary>The progress row of this read model.</summary>
    public const string Shard = Name + ":All";

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

    /// <summary>Moves the seal past the last time that anybody asked about, and writes the mark there: never twice for a position, so
    /// that a rebuild leaves the marks as they were.</summary>
    private const string Mark =
        $"with seal as (insert into {Storage.Schema}.knowledge_seal as seal (one, at) values (true, ?) "
        + "on conflict (one) do update set at = greatest(seal.at + interval '1 microsecond', excluded.at) returning at) "
        + $"insert into {Storage.Schema}.knowledge_marks (at, position) select seal.at, ? from seal "
        + $"where not exists (select from {Storage.Schema}.knowledge_marks where position >= ?)";

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
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
                case Tombstone:
                    // The store's own mark where a failed transaction left a gap in the sequence. Nobody said anything there.
                    break;
                default:
                    throw new InvalidOperationException(
                        $"No rule here for {written.EventTypeName} at {written.Sequence}: the projection stops rather than skip it.");
            }
        }

        if (rows.Count > 0)
        {
            operations.QueueSqlCommand(Insert, Values(rows));
        }

        if (events.Count > 0)
        {
            var last = events[^1].Sequence;
            operations.QueueSqlCommand(Mark, clock.GetUtcNow(), last, last);
        }

        metrics.Projected(events, clock.GetElapsedTime(started), clock.GetUtcNow());
        return Task.CompletedTask;
    }

    /// <summary>The rows that <see cref="Values"/> stand for, as a query.</summary>
    /// <param name="parameter">How the parameter of a column, counted from 0, is written.</param>
    public static string Rows(Func<int, string> parameter) =>
        $"select * from unnest({string.Join(", ", Columns.Select((x, i) => $"{parameter(i)}::{x.Type}[]"))})";

    /// <summary>Everything that the table keeps of these reports: an array for each column. Here alone a report becomes a row, whether
    /// the running projection asks, a rebuild, or a replay that compares.</summary>
    public static object[] Values(IReadOnlyList<(IEvent Event, Report Report)> rows)
    {
        T[] Each<T>(Func<IEvent, Report, T> value) => [.. rows.Select(x => value(x.Event, x.Report))];
        var read = rows.Select(x => Read(x.Event, x.Report)).ToArray();
        T[] Take<T>(Func<Evidence, T> value) => Array.ConvertAll(read, x => value(x));
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
    public static Evidence Read(IEvent written, Report report) => new()
    {
        Position = written.Sequence,
        EventId = written.Id,
        Kind = report.Kind,
        RecordedAt = written.Timestamp,
        Published = report.Source?.Published is { } day && Rules.TryFullDate(day, out var published) ? published : null,
        Publisher = report.Source?.Publisher ?? "",
        Supplier = report.Supplier!,
        Deal = report.Deal,
        Lot = report.Lot,
        Quantity = report.Quantity is { } said ? Quantity.Of(said.Qualifier, said.N, said.Low, said.Best, said.High, said.Unit, said.Text) : default,
        Occurred = Window(report.Occurred),
        Due = Window((report as Contract)?.Due),
        Grade = Grade.TryParse(report.Grade, out var grade) ? grade : Grade.Unjudged,
        Role = Words.Parse<Role>(report.Role) ?? Role.Transfer,
        Origin = report.Origin,
        Milestone = Words.Parse<Milestone>((report as ProductionMilestone)?.Milestone),
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
