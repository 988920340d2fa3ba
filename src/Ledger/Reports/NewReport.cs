using System.Text.Json;
using JasperFx.Events;
using Ledger.Facts;
using Ledger.Vocabulary;
using Marten;

namespace Ledger.Reports;

/// <summary>A report that is new, with all that the server adds to it.</summary>
internal sealed class NewReport(Guid eventId, Report report, string stream, string reporter)
{
    private IEvent? _written;

    public string Stream { get; } = stream;

    public ReportKind Kind => report.Kind;

    /// <summary>0 until it is written.</summary>
    public long Position => _written?.Sequence ?? 0;

    /// <summary>Hands the report to the session, as an event of its stream.</summary>
    /// <param name="recordedAt">The time of the transaction.</param>
    public IEvent Append(IDocumentSession session, DateTimeOffset recordedAt)
    {
        var written = session.Events.BuildEvent(report);
        written.Id = eventId;
        written.UserName = reporter;
        written.Timestamp = recordedAt;
        session.Events.Append(Stream, written);
        return _written = written;
    }

    /// <summary>Position 0 where nothing was written, in a dry run.</summary>
    public RecordedReport AsRecorded(bool created) => new(eventId, report.Kind, Position, _written?.Timestamp ?? default, reporter,
        JsonSerializer.SerializeToElement(report, report.GetType(), StoredJson.Options), created);
}
