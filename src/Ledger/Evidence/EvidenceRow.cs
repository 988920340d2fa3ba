using JasperFx.Events;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Vocabulary;

namespace Ledger.Evidence;

/// <summary>One row of the read model: the estimator's input from one report, and the keys to find it by. Appending, rebuilding and replay
/// all make rows here, and nowhere else.</summary>
public sealed class EvidenceRow
{
    /// <summary>Code of the recipient.</summary>
    public string Recipient { get; init; } = "";

    /// <summary>Slug under which the report was posted. Aliases are applied when a question is asked.</summary>
    public string Platform { get; init; } = "";

    /// <summary>The platform as posted; null where that was the slug.</summary>
    public string? PlatformName { get; init; }

    /// <summary>URI of the feed. Only for finding the reports of a feed; not read back.</summary>
    public string Feed { get; init; } = "";

    /// <summary>The estimator's input.</summary>
    public EvidenceRecord Evidence { get; init; } = null!;

    /// <summary>The row of one report, as it is told alone.</summary>
    public static EvidenceRow? Of(StoredEvent stored) =>
        stored.ReadReport() is { } report ? Of(stored.AsWritten(report), report) : null;

    /// <summary>The row of a stored report. The report was checked when it was posted, and is not checked again.</summary>
    public static EvidenceRow Of(IEvent written, Report report) => new()
    {
        Recipient = report.Recipient!,
        Platform = report.Platform!,
        PlatformName = report.PlatformName,
        Feed = report.Feed!,
        Evidence = new EvidenceRecord
        {
            Position = written.Sequence,
            EventId = written.Id,
            Kind = report.Kind,
            RecordedAt = written.Timestamp,
            Published = report.Source?.Published is { } day && Rfc3339.TryParseLastDay(day, out var published) ? published : null,
            Publisher = report.Source?.Publisher ?? "",
            Supplier = report.Supplier!,
            Deal = report.Deal,
            Lot = report.Lot,
            Quantity = report.Quantity is { } stated
                ? Quantity.Of(stated.Qualifier, stated.N, stated.Low, stated.Best, stated.High, stated.Unit, stated.Text)
                : default,
            Occurred = WindowOf(report.Occurred),
            Due = WindowOf((report as Contract)?.Due),
            Grade = Grade.TryParse(report.Grade, out var grade) ? grade : Grade.Unjudged,
            Role = WordNames.Parse<Role>(report.Role) ?? Role.Transfer,
            Origin = report.Origin,
            Milestone = WordNames.Parse<Milestone>((report as ProductionMilestone)?.Milestone),
            Cancelled = (report as Contract)?.Cancelled == true,
            LicensedProduction = (report as Contract)?.LicensedProduction == true,
            Inventory = (report as Observation)?.Setting == "inventory",
            Supersedes = report.SupersededEvents ?? [],
            Target = (report as Withdrawal)?.TargetEvent,
            Successor = (report as Delisting)?.SuccessorEvent,
            Cause = (report as Loss)?.Cause is { } cause ? WordNames.Parse<LossCause>(cause) ?? LossCause.Other : null,
            To = (report as Loss)?.To,
            RateAYear = (report as ProductionMilestone)?.Rate is { N: { } n } rate ? rate.Per == "month" ? n * 12 : n : null,
        },
    };

    /// <summary>The rows of the reports among stored events.</summary>
    /// <param name="events">The events, in order.</param>
    /// <param name="moved">What was read before them.</param>
    internal static List<EvidenceRow> Of(IReadOnlyList<StoredEvent> events, MovedReports moved)
    {
        var rows = new List<EvidenceRow>(events.Count);
        foreach (var stored in events)
        {
            if (moved.Read(stored) is { } report)
            {
                rows.Add(Of(stored.AsWritten(report), report));
            }
        }

        return rows;
    }

    private static Window? WindowOf(string? text) => text is not null && Edtf.TryParse(text, out var window, out _) ? window : null;
}
