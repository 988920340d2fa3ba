using System.Globalization;
using Ledger.Questions;
using Ledger.Vocabulary;
using ParquetSharp;

namespace Ledger.Export;

/// <summary>A table that was written.</summary>
/// <param name="Table">The table.</param>
/// <param name="Path">Its Parquet file.</param>
/// <param name="Rows">Count of its rows.</param>
/// <param name="LongTexts">By column, how many cells are longer than a workbook holds (<see cref="WorkbookCells.MostCharacters"/>).</param>
internal sealed record WrittenTable(Table Table, string Path, long Rows, IReadOnlyDictionary<string, long> LongTexts);

/// <summary>Writes and reads the Parquet file of a table.</summary>
internal static class ParquetFile
{
    /// <summary>Rows of a row group: some megabytes in memory while they are gathered.</summary>
    public const int RowsPerGroup = 50_000;

    /// <summary>Writes a table. Whoever calls names the file so that nobody takes it for whole, renames it when this has returned, and
    /// deletes it where it has thrown: the library ends a file in order whatever came before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="table">The table.</param>
    /// <param name="reading">What its rows are read from.</param>
    /// <param name="named">The basis as the file names it.</param>
    /// <param name="rowsPerGroup">Rows of a row group, at least 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    public static async Task<WrittenTable> WriteAsync(
        string path, Table table, TableReading reading, Basis named, int rowsPerGroup, CancellationToken cancellation)
    {
        ParquetColumn[] columns = [.. table.Columns.Select(ParquetColumn.Of)];
        long rows = 0;
        var longTexts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        using (var builder = new WriterPropertiesBuilder())
        {
            using var properties = builder.Compression(Compression.Snappy).Build();
            using var file = new ParquetFileWriter(path, [.. columns.Select(x => x.Declaration)], properties, MetadataOf(table, named));
            var gathered = 0;
            await foreach (var cells in table.RowsAsync(reading, cancellation))
            {
                for (var i = 0; i < cells.Length; i++)
                {
                    columns[i].Add(cells[i]);
                    if (WorkbookCells.IsTooLong(cells[i]))
                    {
                        longTexts[table.Columns[i].Name] = longTexts.GetValueOrDefault(table.Columns[i].Name) + 1;
                    }
                }

                rows++;
                if (++gathered == rowsPerGroup)
                {
                    WriteGroup(file, columns);
                    gathered = 0;
                }
            }

            if (gathered > 0)
            {
                WriteGroup(file, columns);
            }

            file.Close();
        }

        return new WrittenTable(table, path, rows, longTexts);
    }

    /// <summary>The rows of a written table, one row group in memory at a time.</summary>
    public static IEnumerable<object?[]> Rows(WrittenTable written)
    {
        ParquetColumn[] columns = [.. written.Table.Columns.Select(ParquetColumn.Of)];
        using var file = new ParquetFileReader(written.Path);
        for (var number = 0; number < file.FileMetaData.NumRowGroups; number++)
        {
            using var group = file.RowGroup(number);
            var rows = (int)group.MetaData.NumRows;
            var read = columns.Select((x, at) => x.Read(group, at, rows)).ToArray();
            for (var i = 0; i < rows; i++)
            {
                yield return Array.ConvertAll(read, x => x(i));
            }
        }
    }

    private static void WriteGroup(ParquetFileWriter file, ParquetColumn[] columns)
    {
        using var group = file.AppendRowGroup();
        foreach (var column in columns)
        {
            column.Write(group);
        }
    }

    /// <summary>What the file says of itself: table, basis, and the meaning of each column.</summary>
    private static Dictionary<string, string> MetadataOf(Table table, Basis basis)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ledger.table"] = table.Name,
            ["ledger.meaning"] = table.Meaning,
            ["ledger.asOf"] = Rfc3339.Text(basis.AsOf),
            ["ledger.position"] = basis.Position.ToString(CultureInfo.InvariantCulture),
            ["ledger.method"] = basis.Method.Number.ToString(CultureInfo.InvariantCulture),
        };
        if (basis.ReportedBy is { } day)
        {
            metadata["ledger.reportedBy"] = Rfc3339.Text(day);
        }

        if (basis.KnownAt is { } time)
        {
            metadata["ledger.knownAt"] = Rfc3339.Text(time);
        }

        foreach (var column in table.Columns)
        {
            metadata[$"ledger.column.{column.Name}"] = column.Comment;
        }

        return metadata;
    }
}
