using System.Text.Json;
using JasperFx.Events;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Store;

/// <summary>One event as the store holds it: what an auditor gets, and what everything else is made from.</summary>
/// <param name="Position">The store's global sequence.</param>
/// <param name="Id">Of a report the UUID v5 of its feed and id; of the catalogue's events a random one.</param>
/// <param name="Type">Its stored name (<see cref="EventTypes"/>).</param>
/// <param name="Version">Its number in its stream, from 1.</param>
/// <param name="Reporter">Who posted it.</param>
/// <param name="Data">The stored JSON, byte for byte as PostgreSQL prints it.</param>
public sealed record StoredEvent(
    long Position, Guid Id, string Type, string Stream, long Version, DateTimeOffset RecordedAt, string? Reporter, byte[] Data)
{
    /// <summary>The report that it is; null for an event of the catalogue or of an edition.</summary>
    public Report? Report => EventTypes.KindOf(Type) is not null ? (Report?)Read() : null;

    /// <summary>The fact that it is, of whatever type; null where this program does not know its type.</summary>
    public object? Read() => EventTypes.TypeOf(Type) is { } type ? JsonSerializer.Deserialize(Data, type, StoredJson.Options) : null;

    /// <summary>What a projection is given of it.</summary>
    public IEvent AsWritten(Report report) =>
        new Event<Report>(report) { Sequence = Position, Id = Id, Timestamp = RecordedAt, StreamKey = Stream, Version = Version, UserName = Reporter };

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
