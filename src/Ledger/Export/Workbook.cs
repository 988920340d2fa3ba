using System.Globalization;
using Ledger.Questions;
using Ledger.Vocabulary;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;

namespace Ledger.Export;

/// <summary>Writes a workbook: a first sheet that says what it rests on, and a sheet for each table. The rows come from the tables' Parquet
/// files, so that what had to be cut is known when the first sheet is written, and both forms have the same rows.</summary>
internal static class Workbook
{
    /// <summary>Rows that a sheet holds, its header among them.</summary>
    public const int MostRows = 1_048_576;

    /// <summary>The name of the first sheet.</summary>
    public const string About = "about";

    /// <summary>Writes a workbook. Whoever calls names the file so that nobody takes it for whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tables">The tables, in the order of their sheets.</param>
    /// <param name="basis">The basis as the workbook names it.</param>
    /// <param name="mostRows">Rows that a sheet holds, its header among them.</param>
    /// <param name="cancellation">Cancels it.</param>
    public static async Task WriteAsync(
        string path, IReadOnlyList<WrittenTable> tables, Basis basis, int mostRows, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        var options = new SpreadCheetahOptions
        {
            // Without them some readers put cells of sparse rows into the wrong columns.
            WriteCellReferenceAttributes = true,
            PreserveStringWhitespace = true,
            CompressionLevel = SpreadCheetahCompressionLevel.Optimal,
        };
        await using (var book = await Spreadsheet.CreateNewAsync(file, options, cancellation))
        {
            var bold = book.AddStyle(new Style { Font = { Bold = true } });
            var cells = new WorkbookCells(book.AddStyle(new Style { Format = NumberFormat.Custom("yyyy-mm-dd") }));
            await WriteAboutAsync(book, tables, basis, mostRows, bold, cancellation);
            foreach (var table in tables)
            {
                await WriteSheetAsync(book, table, cells, mostRows, bold, cancellation);
            }

            await book.FinishAsync(cancellation);
        }

        file.Flush(flushToDisk: true);
    }

    private static async Task WriteSheetAsync(
        Spreadsheet book, WrittenTable written, WorkbookCells cells, int mostRows, StyleId bold, CancellationToken cancellation)
    {
        var columns = written.Table.Columns;
        var (lastColumn, lastRow) = (SpreadsheetUtility.GetColumnName(columns.Count), Math.Min(mostRows, written.Rows + 1));
        var options = new WorksheetOptions { FrozenRows = 1, AutoFilter = new AutoFilterOptions($"A1:{lastColumn}{lastRow}") };
        for (var i = 0; i < columns.Count; i++)
        {
            options.Column(i + 1).Width = WidthOf(columns[i]);
        }

        await book.StartWorksheetAsync(written.Table.Name, options, cancellation);
        await book.AddHeaderRowAsync([.. columns.Select(x => x.Name)], bold, cancellation);
        var row = new Cell[columns.Count];
        foreach (var values in ParquetFile.Rows(written).Take(mostRows - 1))
        {
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = cells.Of(columns[i].Type, values[i]);
            }

            await book.AddRowAsync(row, cancellation);
        }
    }

    private static async Task WriteAboutAsync(Spreadsheet book, IReadOnlyList<WrittenTable> tables, Basis basis, int mostRows, StyleId bold,
        CancellationToken cancellation)
    {
        var options = new WorksheetOptions();
        foreach (var (at, width) in ((int, double)[])[(1, 22), (2, 26), (3, 16), (4, 110)])
        {
            options.Column(at).Width = width;
        }

        await book.StartWorksheetAsync(About, options, cancellation);
        Task RowAsync(params string[] texts) => book.AddRowAsync(Array.ConvertAll(texts, x => new Cell(x)), cancellation).AsTask();
        Task HeadAsync(params string[] texts) => book.AddRowAsync(Array.ConvertAll(texts, x => new Cell(x, bold)), cancellation).AsTask();

        await HeadAsync("What this rests on");
        await RowAsync("asOf", Rfc3339.Text(basis.AsOf), "", "Facts up to this day.");
        await RowAsync("reportedBy", basis.ReportedBy is { } day ? Rfc3339.Text(day) : "no limit", "",
            "What sources had said by this day.");
        await RowAsync("knownAt", basis.KnownAt is { } time ? Rfc3339.Text(time) : "the beginning", "", "When the position was recorded.");
        await RowAsync("position", basis.Position.ToString(CultureInfo.InvariantCulture), "", "What the ledger held up to here.");
        await RowAsync("method", basis.Method.Number.ToString(CultureInfo.InvariantCulture), "", "The method of estimation.");
        await RowAsync();
        await HeadAsync("How to read it");
        await RowAsync("An empty high is open: nobody has bounded it. It is not 0, and a sum leaves it out. Count high_open beside every "
            + "sum of high, and sum closed_high.");
        await RowAsync("Positions, and numbers of more than 15 digits, are texts: a spreadsheet would lose digits. So are days before "
            + "1900-03-01, which it would count wrongly, and moments, which it would round.");
        await RowAsync("An empty cell is not known or does not apply, as its column says below.");
        await RowAsync();
        await HeadAsync("Sheet", "Rows", "Rows here", "What was cut");
        foreach (var table in tables)
        {
            var shown = Math.Min(table.Rows, mostRows - 1);
            await RowAsync(table.Table.Name, table.Rows.ToString(CultureInfo.InvariantCulture),
                shown.ToString(CultureInfo.InvariantCulture), CutOf(table, shown));
        }

        await RowAsync();
        await HeadAsync("Sheet", "Column", "Unit", "Meaning");
        foreach (var table in tables)
        {
            await RowAsync(table.Table.Name, "", "", $"{table.Table.Meaning}.");
            foreach (var column in table.Table.Columns)
            {
                await RowAsync(table.Table.Name, column.Name, column.Unit ?? "", $"{column.Meaning}.");
            }
        }
    }

    private static string CutOf(WrittenTable table, long shown)
    {
        var cuts = new List<string>();
        if (shown < table.Rows)
        {
            cuts.Add(string.Create(CultureInfo.InvariantCulture,
                $"A sheet has no room for more rows: {table.Rows - shown} of {table.Rows} are missing. The Parquet file has them all."));
        }

        cuts.AddRange(table.LongTexts.Select(x => string.Create(CultureInfo.InvariantCulture,
            $"{x.Value} texts of {x.Key} are longer than {WorkbookCells.MostCharacters} characters and cut with … at the end.")));
        return cuts.Count == 0 ? "nothing" : string.Join(' ', cuts);
    }

    private static double WidthOf(Column column) => column.Type switch
    {
        ColumnType.EventId => 38,
        ColumnType.Time => 29,
        ColumnType.Text when column.Name.EndsWith("name", StringComparison.Ordinal) || column.Name is "title" or "words" => 32,
        _ => Math.Max(11, column.Name.Length + 3),
    };
}
