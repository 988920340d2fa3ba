using System.Buffers;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using Ledger.Problems;

namespace Ledger.Editions;

/// <summary>The text of a register as UTF-8, by lines, and its records as cells.</summary>
public sealed class RegisterText
{
    private readonly ReadOnlyMemory<byte> _utf8;
    private readonly List<Range> _lines;

    private RegisterText(ReadOnlyMemory<byte> utf8)
    {
        _utf8 = utf8;
        _lines = LinesOf(utf8.Span);
    }

    /// <summary>Number of lines.</summary>
    public int Lines => _lines.Count;

    /// <summary>Decodes a file: of each line that is not UTF-8 the encoding is cp1252, since copies were put together from both.</summary>
    /// <exception cref="ProblemException">422: it is UTF-16.</exception>
    public static RegisterText Of(ReadOnlyMemory<byte> file)
    {
        if (file.Span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || file.Span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw RegisterRefusal.NoRegister("The file is UTF-16. Save it as UTF-8 or cp1252.");
        }

        return new RegisterText(Utf8.IsValid(file.Span) ? file : Utf8Of(file.Span));
    }

    /// <summary>A file without its byte order mark.</summary>
    public static ReadOnlyMemory<byte> Unmarked(ReadOnlyMemory<byte> file) => file.Span.StartsWith("\uFEFF"u8) ? file[3..] : file;

    /// <summary>A line as text.</summary>
    /// <param name="at">From 0.</param>
    public string this[int at] => Encoding.UTF8.GetString(Bytes(at).Span);

    /// <summary>The bytes of a line, or of several as they stand in the file.</summary>
    /// <param name="at">The first line, from 0.</param>
    /// <param name="more">Lines after it.</param>
    public ReadOnlyMemory<byte> Bytes(int at, int more = 0) => _utf8[_lines[at].Start.._lines[at + more].End];

    /// <summary>The cells of a record, trimmed, without the padding that spreadsheets add to the end of a line.</summary>
    /// <param name="record">Its line, or lines.</param>
    /// <param name="separator">Of the file.</param>
    public static (string[] Cells, CsvMalformedReason? Malformed) Parse(ReadOnlyMemory<byte> record, char separator)
    {
        CsvMalformedReason? malformed = null;
        using var reader = CsvReader.Create(Unpadded(record, separator), new CsvReaderOptions
        {
            Separator = separator,
            HasHeader = false,
            SkipEmptyLines = false,
            BufferSize = 256,
            OnMalformedRecord = x => malformed ??= x.Reason,
        });
        if (!reader.Read())
        {
            return ([""], malformed);
        }

        var cells = new string[reader.FieldCount];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = reader.GetString(i).Trim();
        }

        // The text is one record; if the parser finds a second one, a line break is not quoted.
        return reader.Read() ? (cells, malformed ?? CsvMalformedReason.LineBreakInQuotes) : (cells, malformed);
    }

    /// <summary>Number of cells of a record before the first whose quotes are not sound.</summary>
    public static int SoundCells(ReadOnlySpan<byte> record, char separator)
    {
        for (int cells = 0, at = 0; ; cells++)
        {
            var end = at;
            if (record[at..].TrimStart((byte)' ') is [(byte)'"', ..])
            {
                for (end = at + record[at..].IndexOf((byte)'"') + 1; ; end += 2)
                {
                    if (record[end..].IndexOf((byte)'"') is var quote && quote < 0)
                    {
                        return cells;
                    }

                    end += quote;
                    if (end + 1 >= record.Length || record[end + 1] != (byte)'"')
                    {
                        end++;
                        break;
                    }
                }
            }

            var rest = record[end..];
            var next = rest.IndexOf((byte)separator);
            if (end > at && (next < 0 ? rest : rest[..next]).TrimEnd((byte)' ').Length > 0)
            {
                return cells;
            }

            if (next < 0)
            {
                return cells;
            }

            at = end + next + 1;
        }
    }

    /// <summary>Whether the first cell of a line is empty.</summary>
    public bool BeginsEmpty(int at, char separator) =>
        Bytes(at).Span.TrimStart((byte)' ') is [var first, .. var rest] && (first == separator
            || (first == (byte)'"' && rest is [(byte)'"', var second, ..] && second == separator));

    /// <summary>Whether a line has no content.</summary>
    public bool IsBlank(int at) => Bytes(at).Span.IndexOfAnyExcept(" ,;\t\""u8) < 0;

    /// <summary>Spreadsheets pad a line by separators, also by others than the file's. Those of the file may be empty cells of a record;
    /// the first other one begins what belongs to none.</summary>
    private static ReadOnlyMemory<byte> Unpadded(ReadOnlyMemory<byte> record, char separator)
    {
        var end = record.Span.LastIndexOfAnyExcept(" ,;\t"u8) + 1;
        var other = record.Span[end..].IndexOfAnyExcept((byte)separator, (byte)' ');
        return other < 0 ? record : record[..(end + other)];
    }

    private static byte[] Utf8Of(ReadOnlySpan<byte> file)
    {
        var utf8 = new ArrayBufferWriter<byte>(file.Length + (file.Length / 16));
        while (file.Length > 0)
        {
            var end = file.IndexOf((byte)'\n') is >= 0 and var at ? at + 1 : file.Length;
            var line = file[..end];
            if (Utf8.IsValid(line))
            {
                utf8.Write(line);
            }
            else
            {
                utf8.Write(Encoding.UTF8.GetBytes(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(line)));
            }

            file = file[end..];
        }

        return utf8.WrittenSpan.ToArray();
    }

    private static List<Range> LinesOf(ReadOnlySpan<byte> text)
    {
        var lines = new List<Range>();
        for (var start = 0; start < text.Length;)
        {
            var length = text[start..].IndexOf((byte)'\n');
            var end = length < 0 ? text.Length : start + length;
            lines.Add(start..(end > start && text[end - 1] == '\r' ? end - 1 : end));
            start = end + 1;
        }

        return lines;
    }
}
