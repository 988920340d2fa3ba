using System.Text.Json;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>An answer as a value: what it rests on, down to the position that last affected it, and how it is written, once somebody wants it.
/// Estimates are made while they are written, so an answer that the client has already costs none.</summary>
/// <param name="Basis">The basis that the answer names.</param>
/// <param name="WriteJsonAsync">Writes it as JSON; of a list, given the cursor of the next page, with that.</param>
/// <param name="WriteCsvAsync">Writes it as a table.</param>
/// <param name="NextKey">Of a list, the key behind which the next page begins; null where there is none.</param>
public sealed record Answer(
    Basis Basis, Func<StreamedJson, string?, Task> WriteJsonAsync, Func<CsvTable, Task> WriteCsvAsync, string? NextKey = null)
{
    /// <summary>A list: basis, items and next.</summary>
    /// <param name="columns">Of its table.</param>
    /// <param name="also">Writes further members, after the basis.</param>
    public static Answer List<T>(Basis basis, IEnumerable<T> items, IReadOnlyList<string> columns, Action<Utf8JsonWriter, T> write, string? nextKey,
        Action<Utf8JsonWriter>? also = null) => List(basis, items.ToAsyncEnumerable(), columns, write, nextKey, also);

    /// <summary>The same, of items that come as they are read; nothing of them is kept.</summary>
    public static Answer List<T>(Basis basis, IAsyncEnumerable<T> items, IReadOnlyList<string> columns, Action<Utf8JsonWriter, T> write,
        string? nextKey, Action<Utf8JsonWriter>? also = null) => new(basis, async (json, cursor) =>
    {
        var writer = json.Writer;
        writer.WriteStartObject();
        JsonShapes.WriteBasis(writer, basis);
        also?.Invoke(writer);
        writer.WriteStartArray("items");
        await foreach (var item in items)
        {
            write(writer, item);
            await json.FlushAsync();
        }

        writer.WriteEndArray();
        if (cursor is not null)
        {
            writer.WriteString("next", cursor);
        }

        writer.WriteEndObject();
    }, csv => csv.WriteAsync(columns, items, write), nextKey);

    /// <summary>One thing with all that belongs to it; its table is one of its lists.</summary>
    /// <param name="json">Writes its members, the basis not among them, between which it may flush.</param>
    public static Answer Of<T>(Basis basis, Func<StreamedJson, Task> json, IReadOnlyList<string> columns, IAsyncEnumerable<T> rows,
        Action<Utf8JsonWriter, T> write) => new(basis, async (stream, _) =>
    {
        stream.Writer.WriteStartObject();
        await json(stream);
        stream.Writer.WriteEndObject();
    }, csv => csv.WriteAsync(columns, rows, write));
}
