using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using Ledger.Problems;

namespace Ledger.Editions;

/// <summary>Parser of a SIPRI trade register in its 16- or 17-column form, in all variants seen: UTF-8 or cp1252 from line to line, with or
/// without a byte order mark, with or without a preamble, separated by commas, semicolons or tabs, padded by any of them, and in SIPRI's
/// JSON envelope.</summary>
public sealed partial class RegisterFile
{
    /// <summary>Formats of the day in the preamble.</summary>
    private static readonly string[] DayFormats = ["d MMM yyyy", "d MMMM yyyy"];

    /// <summary>Lines that one record may span, where its line breaks are quoted.</summary>
    private const int LinesOfRecord = 8;

    private readonly RegisterText _text;
    private readonly RegisterHeader _header;
    private readonly string[] _columns;

    private RegisterFile(RegisterText text)
    {
        _text = text;
        _header = RegisterHeader.Find(text);
        _columns = RegisterHeader.ColumnsOf(_header.Form);
        Generated = FindGenerated();
        Scope = RegisterScope.Of(Enumerable.Range(0, _header.At).Select(at => (at + 1, text[at])), _header.IsRangeColumn);
    }

    /// <summary>The form, by the header.</summary>
    public RegisterForm Form => _header.Form;

    /// <summary>What was asked for, as the preamble says.</summary>
    public RegisterScope Scope { get; }

    /// <summary>The day on which the data were generated, as the preamble states; null where it does not.</summary>
    public DateOnly? Generated { get; }

    /// <summary>Decodes a file, and finds its header and the day of its data.</summary>
    /// <exception cref="ProblemException">422: it is not a trade register of either form.</exception>
    public static RegisterFile Open(ReadOnlyMemory<byte> file) =>
        new(RegisterText.Of(RegisterText.Unmarked(RegisterEnvelope.Opened(RegisterText.Unmarked(file)))));

    /// <summary>The valid rows of a file, and its broken records, each in order.</summary>
    /// <exception cref="ProblemException">422: it is not a trade register of the 16-column form.</exception>
    public static (List<RegisterRow> Rows, List<BrokenRecord> Broken) ReadAll(ReadOnlyMemory<byte> file) => Open(file).ReadAll();

    /// <summary>The valid rows of the 16-column form, and the broken records, each in order.</summary>
    /// <exception cref="ProblemException">422: the file has the other form.</exception>
    public (List<RegisterRow> Rows, List<BrokenRecord> Broken) ReadAll()
    {
        MustBe(RegisterForm.Orders);
        return All<RegisterRow>(RegisterRowReader.OrderOf);
    }

    /// <summary>The valid rows of the 17-column form, and the broken records, each in order.</summary>
    /// <exception cref="ProblemException">422: the file has the other form.</exception>
    public (List<YearRow> Rows, List<BrokenRecord> Broken) ReadYears()
    {
        MustBe(RegisterForm.Years);
        return All<YearRow>(RegisterRowReader.YearOf);
    }

    private void MustBe(RegisterForm form)
    {
        if (Form != form)
        {
            throw RegisterRefusal.NoRegister($"Line {_header.At + 1} is the header of the {_columns.Length}-column form of the register, "
                + $"not of the {RegisterHeader.ColumnsOf(form).Length}-column form.");
        }
    }

    /// <summary>Every record after the header, in order: a valid row or a broken record. Empty lines are skipped.</summary>
    private (List<TRow> Rows, List<BrokenRecord> Broken) All<TRow>(RegisterRowReader.Of<TRow> rowOf)
    {
        var (rows, broken) = (new List<TRow>(), new List<BrokenRecord>());
        for (var at = _header.At + 1; at < _text.Lines; at++)
        {
            var first = at;
            var record = RecordAt(ref at);
            if (record.IsBlank)
            {
                continue;
            }

            var row = default(TRow);
            if (record.Fault is null && rowOf(first + 1, record.Cells, out row) is var (column, why))
            {
                record = record with { Column = column, Fault = why };
            }

            if (RestBehind(at, record) is > 0 and var rest)
            {
                record = record with
                {
                    Fault = record.Fault ?? $"Line {at + 1 + rest} is the rest of the record, which a line break has cut.",
                    Certain = Math.Min(record.Certain, Array.FindLastIndex(record.Cells, x => x.Length > 0)),
                };
                at += rest;
            }

            if (record.Fault is null)
            {
                rows.Add(row!);
            }
            else
            {
                broken.Add(RegisterRowReader.Broken(Form, record, first + 1, at + 1));
            }
        }

        return (rows, broken);
    }

    /// <summary>The record that begins at a line. If the line ends inside quotes, up to <see cref="LinesOfRecord"/> lines are joined; where
    /// that gives no valid record, the line alone is broken, and the following lines are parsed on their own, so that one bad quote breaks
    /// one line.</summary>
    /// <param name="at">Its line; becomes its last one.</param>
    private RegisterRecord RecordAt(ref int at)
    {
        var (cells, malformed) = RegisterText.Parse(_text.Bytes(at), _header.Separator);
        if (malformed is CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.LineBreakInQuotes)
        {
            for (var more = 1; more < LinesOfRecord && at + more < _text.Lines; more++)
            {
                var (joined, joinedMalformed) = RegisterText.Parse(_text.Bytes(at, more), _header.Separator);
                if (joinedMalformed is null && FaultOf(joined) is null)
                {
                    at += more;
                    return new RegisterRecord(joined, null, _columns.Length);
                }
            }

            return Unsound("A quote is opened and never closed.", at);
        }

        // A quote within unquoted text is literal: inch signs and names of ships.
        if (malformed is not null and not CsvMalformedReason.StrayQuote)
        {
            return Unsound("Text follows a closing quote: what the cell says cannot be told.", at);
        }

        var fault = FaultOf(cells);
        var record = new RegisterRecord(cells, fault, cells.Length < _columns.Length ? cells.Length - 1 : cells.Length);
        at += fault is null ? 0 : RestOfCut(at, cells.Length);
        return record;

        RegisterRecord Unsound(string why, int line) =>
            new(cells, why, RegisterText.SoundCells(_text.Bytes(line).Span, _header.Separator));
    }

    private string? FaultOf(string[] cells) =>
        cells.Length < _columns.Length && cells.Any(x => x.Length > 0)
            ? $"{cells.Length} columns, not {_columns.Length}: the record is cut, perhaps by a line break in its comment."
        : cells.Skip(_columns.Length).Any(x => x.Length > 0) ? $"{cells.Length} columns, not {_columns.Length}."
        : null;

    /// <summary>Number of lines that continue a record cut by an unquoted line break: all its lines together have the columns of a record
    /// and one more for each break, since the cut cell counts twice. The record stays broken, but is reported once, with all its
    /// lines.</summary>
    private int RestOfCut(int at, int columns)
    {
        for (var more = 1; columns < _columns.Length && more < LinesOfRecord && at + more < _text.Lines; more++)
        {
            var (rest, malformed) = RegisterText.Parse(_text.Bytes(at + more), _header.Separator);
            columns += rest.Length - 1;
            if (malformed is not null and not CsvMalformedReason.StrayQuote || rest.Length >= _columns.Length)
            {
                break;
            }

            if (columns == _columns.Length)
            {
                return more;
            }
        }

        return 0;
    }

    /// <summary>Number of lines after a record that are the rest of it, although padding may have filled its columns: lines whose first
    /// cell is empty, and one that is no record by itself and holds just what the record lacks at its end.</summary>
    private int RestBehind(int at, RegisterRecord record)
    {
        var rest = 0;
        var isOpen = record.Cells.Length >= _columns.Length && RegisterRowReader.LacksItsEnd(Form, record.Cells);
        for (var next = at + 1; next < _text.Lines; next++)
        {
            if (_text.IsBlank(next))
            {
                continue;
            }

            if (!(isOpen || _text.BeginsEmpty(next, _header.Separator)) || !IsRest(next, isOpen ? record.Cells : null))
            {
                break;
            }

            (rest, isOpen) = (next - at, false);
        }

        return rest;
    }

    /// <param name="at">A line.</param>
    /// <param name="open">The cells of the record before it, where they lack their end.</param>
    private bool IsRest(int at, string[]? open)
    {
        var (cells, malformed) = RegisterText.Parse(_text.Bytes(at), _header.Separator);
        if (cells[0].Length > 0)
        {
            return open is not null && RegisterRowReader.IsEndOf(Form, open, cells);
        }

        // A record that lacks its first cell, and nothing else, is one of its own.
        return cells.Any(x => x.Length > 0) && (!(malformed is null or CsvMalformedReason.StrayQuote) || FaultOf(cells) is not null
            || !RegisterRowReader.HasItsPlaces(Form, cells));
    }

    private DateOnly? FindGenerated()
    {
        for (var at = 0; at < _header.At; at++)
        {
            if (DataGenerated().Match(_text[at]) is { Success: true } match)
            {
                var text = match.Groups[1].Value;
                return DateOnly.TryParseExact(text, DayFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                    ? day : throw RegisterRefusal.NoRegister(
                        $"Line {at + 1} says when the data were generated, but not in a way that can be read.");
            }
        }

        return null;
    }

    [GeneratedRegex(@"Data generated:\s*(\d{1,2} [A-Za-z]+ \d{4})", RegexOptions.CultureInvariant)]
    private static partial Regex DataGenerated();
}
