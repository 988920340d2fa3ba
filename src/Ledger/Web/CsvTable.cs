using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace Ledger.Web;

/// <summary>Writes items as CSV (RFC 4180): the JSON of each item is flattened to columns and written as one line, without buffering the
/// items. A cell that a spreadsheet would run as a formula is escaped, since the texts of reports are not trusted.</summary>
/// <param name="to">Takes the table.</param>
/// <param name="cancellation">Cancels it.</param>
/// <param name="isForExcel">Whether it begins with a byte order mark (<see cref="MediaTypes.IsForExcel"/>).</param>
public sealed class CsvTable(Stream to, CancellationToken cancellation, bool isForExcel = false)
{
    private static readonly ReadOnlyMemory<byte> ByteOrderMark = new byte[] { 0xEF, 0xBB, 0xBF };

    private static readonly CsvWriterOptions Options = new()
    {
        Injection = CsvInjection.Escape,
        NewLine = "\r\n",
        FormatProvider = CultureInfo.InvariantCulture,
    };

    /// <summary>Writes header and items.</summary>
    /// <param name="columns">Paths of members, <c>estimate.low</c>; an absent member is an empty cell, a list is joined by
    /// semicolons.</param>
    /// <param name="write">Writes an item as a JSON object.</param>
    public async Task WriteAsync<T>(IReadOnlyList<string> columns, IAsyncEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (isForExcel)
        {
            await to.WriteAsync(ByteOrderMark, cancellation);
        }

        await using var csv = CsvWriter.Create(to, Options, leaveOpen: true);
        await csv.WriteRecordAsync([.. columns], cancellation);
        var buffer = new ArrayBufferWriter<byte>(1024);
        await foreach (var item in items.WithCancellation(cancellation))
        {
            buffer.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(buffer, Json.Writing))
            {
                write(writer, item);
            }

            var value = JsonElement.Parse(buffer.WrittenSpan);
            foreach (var column in columns)
            {
                var cell = At(value, column);
                if (cell.ValueKind == JsonValueKind.Number)
                {
                    // Written as a number, so that a leading minus is not escaped as a formula.
                    csv.WriteField(cell.GetDecimal());
                }
                else
                {
                    csv.WriteField(Guarded(Cell(cell)));
                }
            }

            await csv.EndRecordAsync(cancellation);
        }
    }

    /// <summary>The value at a path; undefined where there is none.</summary>
    private static JsonElement At(JsonElement value, string path)
    {
        foreach (var step in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(step, out value))
            {
                return default;
            }
        }

        return value;
    }

    /// <summary>The library knows the signs of ASCII; LibreOffice and Excel run a formula that begins with a full-width one, too.</summary>
    private static string Guarded(string cell) => cell is ['\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..] ? $"'{cell}" : cell;

    private static string Cell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(x => x.ToString())),
        _ => value.GetRawText(),
    };
}
