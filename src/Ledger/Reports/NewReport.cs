using System.Text.Json;
using JasperFx.Events;
using Ledger.Facts;
using Ledger.Vocabulary;
using Marten;

namespace Ledger.Reports;

/// <summary>A new report, completed with the members that the server sets.</summary>
internal sealed class NewReport(Guid eventId, Report report, string stream, string reporter)
{
    private IEvent? _written;

    public string Stream { get; } = stream;

    public ReportKind Kind => report.Kind;

    /// <summary>Its position; 0 until it is written.</summary>
    public long Position => _written?.Sequence ?? 0;

    /// <summary>Appends the report to its stream in a session.</summary>
    /// <param name="session">The session of the transaction.</param>
    /// <param name="recordedAt">The time of recording, the same for the whole transaction.</param>
    public IEvent Append(IDocumentSession session, DateTimeOffset recordedAt)
    {
        var written = session.Events.BuildEvent(report);
        written.Id = eventId;
        written.UserName = reporter;
        written.Timestamp = recordedAt;
        session.Events.Append(Stream, written);
        return _written = written;
    }

    /// <summary>The report as recorded; in a dry run, where nothing is written, its position is 0.</summary>
    public RecordedReport AsRecorded(bool created) => new(eventId, report.Kind, Position, _written?.Timestamp ?? default, reporter,
        JsonSerializer.SerializeToElement(report, report.GetType(), StoredJson.Options), created);
}
