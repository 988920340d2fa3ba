using System.Text.Json;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>The answer to a question: its basis, with the position of the last event that affects it, and a function that makes the rest.
/// A client that holds the answer already (304) has only the basis made.</summary>
/// <param name="Basis">The basis that the answer names.</param>
/// <param name="MakeAsync">Makes what is written after it.</param>
public sealed record Answer(Basis Basis, Func<Task<AnswerBody>> MakeAsync)
{
    /// <summary>A list: basis, items and next.</summary>
    /// <param name="basis">The basis that the answer names.</param>
    /// <param name="columns">The columns of the table.</param>
    /// <param name="write">Writes an item as a JSON object.</param>
    /// <param name="page">Reads the items of the page, and the key after which the next page begins; null where there is none.</param>
    /// <param name="also">Writes further members, after the basis.</param>
    public static Answer List<T>(Basis basis, IReadOnlyList<string> columns, Action<Utf8JsonWriter, T> write,
        Func<Task<(IEnumerable<T> Items, string? NextKey)>> page, Action<Utf8JsonWriter>? also = null) =>
        List(basis, columns, write, async () => await page() is var (items, next) ? (items.ToAsyncEnumerable(), next) : default, also);

    /// <summary>A list whose items are written while they are read from the database, without buffering them.</summary>
    public static Answer List<T>(Basis basis, IReadOnlyList<string> columns, Action<Utf8JsonWriter, T> write,
        Func<Task<(IAsyncEnumerable<T> Items, string? NextKey)>> page, Action<Utf8JsonWriter>? also = null) => new(basis, async () =>
    {
        var (items, nextKey) = await page();
        return new AnswerBody(async (json, cursor) =>
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
    });

    /// <summary>A single object; its table is one of its lists.</summary>
    /// <param name="basis">The basis that the answer names.</param>
    /// <param name="json">Writes the members, with the basis, and may flush between them.</param>
    /// <param name="columns">The columns of the table.</param>
    /// <param name="rows">The rows of the table.</param>
    /// <param name="write">Writes a row as a JSON object.</param>
    public static Answer Of<T>(Basis basis, Func<StreamedJson, Task> json, IReadOnlyList<string> columns, IAsyncEnumerable<T> rows,
        Action<Utf8JsonWriter, T> write) => new(basis, () => Task.FromResult(new AnswerBody(async (stream, _) =>
    {
        stream.Writer.WriteStartObject();
        await json(stream);
        stream.Writer.WriteEndObject();
    }, csv => csv.WriteAsync(columns, rows, write))));
}

/// <summary>What is written of an answer.</summary>
/// <param name="WriteJsonAsync">Writes the answer as JSON; a list with the given cursor of the next page.</param>
/// <param name="WriteCsvAsync">Writes the answer as a table.</param>
/// <param name="NextKey">Of a list, the key after which the next page begins; null where there is none.</param>
public sealed record AnswerBody(
    Func<StreamedJson, string?, Task> WriteJsonAsync, Func<CsvTable, Task> WriteCsvAsync, string? NextKey = null);
