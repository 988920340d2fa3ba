using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using CsvHelper;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Parser of a SIPRI trade register in its 16-column form, in all variants seen: cp1252 or UTF-8, with or without a byte order
/// mark, with or without a preamble, separated by commas, semicolons or tabs, with trailing empty columns.</summary>
public sealed partial class RegisterFile
{
    /// <summary>The names of the columns. Three are empty: they have a <c>?</c> where the number or year before them is
    /// uncertain.</summary>
    private static readonly string[] Header =
    [
        "Recipient", "Supplier", "Year of order", "", "Number ordered", "", "Weapon designation", "Weapon description",
        "Number delivered", "", "Year(s) of delivery", "status", "Comments", "SIPRI TIV per unit",
        "SIPRI TIV for total order", "SIPRI TIV of delivered weapons",
    ];

    /// <summary>Lines from the start of the file that are searched for the header; preambles of eleven were seen.</summary>
    private const int HeaderWithin = 50;

    /// <summary>Formats of the day in the preamble.</summary>
    private static readonly string[] DayFormats = ["d MMM yyyy", "d MMMM yyyy"];

    /// <summary>Lines that one record may span, where its line breaks are quoted.</summary>
    private const int LinesOfRecord = 8;

    private readonly ReadOnlyMemory<byte> _text;
    private readonly List<Range> _lines;
    private readonly char _separator;
    private readonly int _headerAt;

    private RegisterFile(ReadOnlyMemory<byte> text)
    {
        _text = text;
        _lines = LinesOf(text.Span);
        (_headerAt, _separator) = FindHeader();
        Generated = FindGenerated();
        Scope = RegisterScope.Of(Enumerable.Range(0, _headerAt).Select(at => (at + 1, Encoding.UTF8.GetString(_text[_lines[at]].Span))), false);
    }

    /// <summary>The form, by the header.</summary>
    public RegisterForm Form { get; }

    /// <summary>What was asked for, as the preamble says.</summary>
    public RegisterScope Scope { get; }

    /// <summary>The day on which the data were generated, as the preamble states; null where it does not.</summary>
    public DateOnly? Generated { get; }

    /// <summary>Decodes a file, and finds its header and the day of its data.</summary>
    /// <exception cref="ProblemException">422: it is not a trade register of this form.</exception>
    public static RegisterFile Open(ReadOnlyMemory<byte> file) => new(Decoded(file));

    /// <summary>The valid rows of a file, and its broken records, each in order.</summary>
    /// <exception cref="ProblemException">422: it is not a trade register of this form.</exception>
    public static (List<RegisterRow> Rows, List<BrokenRecord> Broken) ReadAll(ReadOnlyMemory<byte> file) => Open(file).ReadAll();

    /// <summary>The valid rows, and the broken records, each in order.</summary>
    public (List<RegisterRow> Rows, List<BrokenRecord> Broken) ReadAll()
    {
        var rows = new List<RegisterRow>();
        var broken = new List<BrokenRecord>();
        foreach (var (row, fault) in Read())
        {
            if (row is not null)
            {
                rows.Add(row);
            }
            else
            {
                broken.Add(fault!);
            }
        }

        return (rows, broken);
    }

    /// <summary>The valid rows of the 17-column form, and the broken records, each in order.</summary>
    public (List<YearRow> Rows, List<BrokenRecord> Broken) ReadYears() => ([], []);

    /// <summary>Every record after the header, in order: a valid row or a broken record. Empty lines are skipped.</summary>
    public IEnumerable<(RegisterRow? Row, BrokenRecord? Broken)> Read()
    {
        for (var at = _headerAt + 1; at < _lines.Count; at++)
        {
            var line = at + 1;
            var (cells, fault) = CellsAt(at, out var lines);
            at += lines - 1;
            if (cells is not null && cells.All(x => x.Length == 0))
            {
                continue;
            }

            if (fault is null)
            {
                yield return RowOf(line, at + 1, cells!);
                continue;
            }

            at += RestOfCut(at, cells);
            yield return (null, new BrokenRecord(line, at + 1, null, fault));
        }
    }

    /// <summary>Number of lines that continue a record cut by an unquoted line break: all its lines together have the columns of a record
    /// and one more for each break, since the cut cell counts twice. The record stays broken, but is reported once, with all its
    /// lines.</summary>
    private int RestOfCut(int at, string[]? cells)
    {
        var columns = cells?.Length ?? Header.Length;
        for (var more = 1; columns < Header.Length && more < LinesOfRecord && at + more < _lines.Count; more++)
        {
            var (rest, malformed) = Parse(_text[_lines[at + more]], _separator);
            columns += rest.Length - 1;
            if (malformed is not null and not CsvMalformedReason.StrayQuote || rest.Length >= Header.Length)
            {
                break;
            }

            if (columns == Header.Length)
            {
                return more;
            }
        }

        return 0;
    }

    private static ReadOnlyMemory<byte> Decoded(ReadOnlyMemory<byte> file)
    {
        if (file.Span.StartsWith("\uFEFF"u8))
        {
            file = file[3..];
        }

        if (file.Span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || file.Span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw NoRegister("The file is UTF-16. Save it as UTF-8 or cp1252.");
        }

        return Utf8.IsValid(file.Span) ? file
            : Encoding.UTF8.GetBytes(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(file.Span));
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

    private (int At, char Separator) FindHeader()
    {
        for (var at = 0; at < Math.Min(_lines.Count, HeaderWithin); at++)
        {
            foreach (var separator in ",;\t")
            {
                var (cells, _) = Parse(_text[_lines[at]], separator);
                if (cells is ["Recipient", "Supplier", ..] or ["Id" or "Deal ID" or "Deal Id", ..])
                {
                    return IsHeader(cells) ? (at, separator) : throw NoRegister(
                        $"Line {at + 1} is the header of another form of the register: {string.Join(", ", cells.Take(20))}. "
                        + $"Only the 16-column form is taken: {string.Join(", ", Header)}.");
                }
            }
        }

        throw NoRegister($"No header was found in the first {HeaderWithin} lines: {string.Join(", ", Header)}.");
    }

    private static bool IsHeader(string[] cells) => cells.Length >= Header.Length && cells.Select(x => x.Trim())
        .SequenceEqual(Header.Concat(Enumerable.Repeat("", cells.Length - Header.Length)), StringComparer.OrdinalIgnoreCase);

    private DateOnly? FindGenerated()
    {
        for (var at = 0; at < _headerAt; at++)
        {
            if (DataGenerated().Match(Encoding.UTF8.GetString(_text[_lines[at]].Span)) is { Success: true } match)
            {
                var text = match.Groups[1].Value;
                return DateOnly.TryParseExact(text, DayFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                    ? day : throw NoRegister($"Line {at + 1} says when the data were generated, but not in a way that can be read.");
            }
        }

        return null;
    }

    /// <summary>The cells of the record that begins at a line. If the line ends inside quotes, up to <see cref="LinesOfRecord"/> lines are
    /// joined; where that gives no valid record, the line alone is broken, and the following lines are parsed on their own, so that one bad
    /// quote breaks one line.</summary>
    private (string[]? Cells, string? Fault) CellsAt(int at, out int lines)
    {
        lines = 1;
        var (cells, malformed) = Parse(_text[_lines[at]], _separator);
        if (malformed is CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.LineBreakInQuotes)
        {
            for (var more = 1; more < LinesOfRecord && at + more < _lines.Count; more++)
            {
                var (joined, joinedMalformed) = Parse(_text[_lines[at].Start.._lines[at + more].End], _separator);
                if (joinedMalformed is null && FaultOf(joined) is null)
                {
                    lines = more + 1;
                    return (joined, null);
                }
            }

            return (null, "A quote is opened and never closed.");
        }

        // A quote within unquoted text is literal: inch signs and names of ships.
        return malformed is not null and not CsvMalformedReason.StrayQuote
            ? (null, "Text follows a closing quote: what the cell says cannot be told.") : (cells, FaultOf(cells));
    }

    private static string? FaultOf(string[] cells) =>
        cells.All(x => x.Length == 0) ? null
        : cells.Length < Header.Length
            ? $"{cells.Length} columns, not {Header.Length}: the record is cut, perhaps by a line break in its comment."
        : cells.Skip(Header.Length).Any(x => x.Length > 0) ? $"{cells.Length} columns, not {Header.Length}."
        : null;

    private static (string[] Cells, CsvMalformedReason? Malformed) Parse(ReadOnlyMemory<byte> record, char separator)
    {
        CsvMalformedReason? malformed = null;
        using var reader = CsvReader.Create(record, new CsvReaderOptions
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

    private static (RegisterRow?, BrokenRecord?) RowOf(int line, int last, string[] cells)
    {
        (RegisterRow?, BrokenRecord?) Broken(string column, string why) => (null, new BrokenRecord(line, last, column, why));
        if (cells[0].Length == 0 || cells[1].Length == 0 || cells[6].Length == 0)
        {
            return Broken(cells[0].Length == 0 ? Header[0] : cells[1].Length == 0 ? Header[1] : Header[6], "Empty.");
        }

        foreach (var flag in (ReadOnlySpan<int>)[3, 5, 9])
        {
            if (cells[flag] is not ("" or "?"))
            {
                return Broken($"flag of {Header[flag - 1]}", $"'{Short(cells[flag])}' is neither empty nor a question mark.");
            }
        }

        if (!Year().IsMatch(cells[2]))
        {
            return Broken(Header[2], $"'{Short(cells[2])}' is no year.");
        }

        long? ordered = null;
        if (cells[4].Length > 0)
        {
            if (!TryUnits(cells[4], out var units))
            {
                return Broken(Header[4], $"'{Short(cells[4])}' is no number of units.");
            }

            ordered = units;
        }

        var delivered = 0L;
        if (cells[8].Length > 0 && !TryUnits(cells[8], out delivered))
        {
            return Broken(Header[8], $"'{Short(cells[8])}' is no number of units.");
        }

        var years = cells[10].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!years.All(x => Year().IsMatch(x)))
        {
            return Broken(Header[10], $"'{Short(cells[10])}' are no years.");
        }

        if (years.Length > 0 != delivered > 0)
        {
            return Broken(Header[10],
                delivered > 0 ? "Units were delivered, but in no year." : "Years of delivery, but nothing was delivered.");
        }

        return (new RegisterRow(line, cells[0], cells[1], cells[6], cells[7], cells[2], cells[3] == "?", ordered, cells[5] == "?",
            delivered, cells[9] == "?", years.Min(StringComparer.Ordinal), years.Max(StringComparer.Ordinal), cells[11], cells[12]), null);
    }

    private static bool TryUnits(string text, out long units) =>
        Digits.TryParse(text, out units) && units <= Vocabulary.Quantity.Limit;

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static ProblemException NoRegister(string detail) =>
        new(ProblemKinds.Invalid, detail) { Errors = [new ProblemError("", "noRegister", detail)] };

    [GeneratedRegex(@"Data generated:\s*(\d{1,2} [A-Za-z]+ \d{4})", RegexOptions.CultureInvariant)]
    private static partial Regex DataGenerated();

    [GeneratedRegex(@"^(19|20)[0-9]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Year();
}
