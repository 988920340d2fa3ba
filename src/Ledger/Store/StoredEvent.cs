using System.Text.Json;
using JasperFx.Events;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Store;

/// <summary>One event as it is stored: what an auditor reads, and what the read model and every answer are derived from.</summary>
/// <param name="Position">Its position in the ledger, from 1, ascending with gaps.</param>
/// <param name="Id">Of a report the UUID v5 of its feed and id (DOMAIN.md, Identity and retries); of other events random.</param>
/// <param name="Type">Its stored name (<see cref="EventTypes"/>).</param>
/// <param name="Stream">Key of its stream.</param>
/// <param name="Version">Its number in its stream, from 1.</param>
/// <param name="RecordedAt">By <see cref="LedgerClock"/>, UTC, to the microsecond.</param>
/// <param name="Reporter">Name of the key that posted it.</param>
/// <param name="Data">The stored JSON, byte for byte as PostgreSQL prints it.</param>
public sealed record StoredEvent(
    long Position, Guid Id, string Type, string Stream, long Version, DateTimeOffset RecordedAt, string? Reporter, byte[] Data)
{
    /// <summary>Whether it stands in a stream of one recipient: of a deal or of a holding.</summary>
    public bool IsOf(string recipient) =>
        Stream.Length > recipient.Length && Stream[recipient.Length] == '/' && Stream.StartsWith(recipient, StringComparison.Ordinal);

    /// <summary>Reads the event as a report; null for an event of the catalogue or of an edition. Its slug is that of today's rule: what is
    /// stored stays as it was said.</summary>
    public Report? ReadReport() => EventTypes.KindOf(Type) is not null ? ((Report?)Read())?.WithSlugOfToday() : null;

    /// <summary>The event as a fact of its type; null where this program does not know the type.</summary>
    public object? Read() => EventTypes.TypeOf(Type) is { } type ? JsonSerializer.Deserialize(Data, type, StoredJson.Options) : null;

    /// <summary>The event as Marten passes it to a projection.</summary>
    public IEvent AsWritten(Report report) =>
        new Event<Report>(report)
        {
            Sequence = Position, Id = Id, Timestamp = RecordedAt, StreamKey = Stream, Version = Version, UserName = Reporter,
        };

    /// <summary>Writes it in the shape of the transparency log's entry, without the entry's <c>v</c>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("position", Position);
        writer.WriteString("id", Id);
        writer.WriteString("type", Type);
        writer.WriteString("stream", Stream);
        writer.WriteNumber("version", Version);
        writer.WriteString("recordedAt", Rfc3339.Text(RecordedAt));
        writer.WriteString("reporter", Reporter);
        writer.WritePropertyName("data");
        writer.WriteRawValue(Data, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
