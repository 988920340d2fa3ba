using Ledger.Problems;

namespace Ledger.Export;

/// <summary>Settings of the tables for analysts, in the configuration's section <c>Ledger:Export</c>.</summary>
public sealed class ExportSettings
{
    /// <summary>Name of the section, below <c>Ledger</c>.</summary>
    public const string Section = "Export";

    /// <summary>The settings whose values are whole numbers of at least 1.</summary>
    public static readonly IReadOnlyList<string> Numbers =
        [.. ((string[])[nameof(RowsPerGroup), nameof(RowsPerSheet), nameof(Bytes)]).Select(x => $"{Section}:{x}")];

    /// <summary>Rows of a row group of a Parquet file; fewer take less memory and make the file larger.</summary>
    public int RowsPerGroup { get; set; } = ParquetFile.RowsPerGroup;

    /// <summary>Rows of a sheet, its header among them; a spreadsheet has no more than <see cref="Workbook.MostRows"/>.</summary>
    public int RowsPerSheet { get; set; } = Workbook.MostRows;

    /// <summary>Folder in which files that were asked for over HTTP are made and kept; empty: the system's for temporary files.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Bytes of finished files that are kept, most recently used first. The file that was made last is kept in any case, and one
    /// is made at a time: the folder needs room for that besides.</summary>
    public int Bytes { get; set; } = Limits.ExportBytes;
}
