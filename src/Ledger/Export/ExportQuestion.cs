using System.Globalization;
using Ledger.Web;

namespace Ledger.Export;

/// <summary>A file that is asked for.</summary>
/// <param name="Table">The table.</param>
/// <param name="IsWorkbook">Whether as a workbook; else as Parquet.</param>
/// <param name="FirstYear">The first year of a table that goes by year.</param>
/// <param name="Basis">The resolved clocks.</param>
internal sealed record ExportQuestion(Table Table, bool IsWorkbook, int FirstYear, ExportBasis Basis)
{
    /// <summary>The extension of a Parquet file.</summary>
    public const string Parquet = "parquet";

    /// <summary>The extension of a workbook.</summary>
    public const string Xlsx = "xlsx";

    /// <summary>The media type of the file.</summary>
    public string MediaType => IsWorkbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        : "application/vnd.apache.parquet";

    /// <summary>The name under which a browser saves it.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture,
        $"{Table.Slug}-{Basis.Named.AsOf:O}-{Basis.Named.Position}.{(IsWorkbook ? Xlsx : Parquet)}");

    /// <summary>The file's validator, and its name among those that are kept: the same question at the same basis is the same
    /// file.</summary>
    public string Tag => EntityTag.Of(string.Create(CultureInfo.InvariantCulture,
        $"export\n{Table.Name}\n{IsWorkbook}\n{(Table.IsByYear ? FirstYear : 0)}\n{Basis.Named.AsOf:O}\n{Basis.Named.ReportedBy:O}\n"
        + $"{Basis.Named.Position}\n{Basis.Named.KnownAt:O}\n{Basis.Named.Method.Number}"));
}
