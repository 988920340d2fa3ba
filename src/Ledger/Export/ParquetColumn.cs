using ParquetSharp;

namespace Ledger.Export;

/// <summary>The columns of a table in a Parquet file, declared by hand, with the cells of the row group that is being gathered.</summary>
/// <remarks>The statistics of a row group follow from these types; readers leave whole groups out by them. The types were held against
/// other readers (ParquetTests): times are written in the microseconds that they are declared in, amounts are checked before.</remarks>
internal abstract class ParquetColumn
{
    /// <summary>The column of a table.</summary>
    public static ParquetColumn Of(Column column) => (column.Type, column.MayBeEmpty) switch
    {
        (ColumnType.Text, _) => new Typed<string?>(column, null),
        (ColumnType.Texts, _) => new Typed<string[]>(column, null),
        (ColumnType.Whole or ColumnType.Position, false) => new Typed<long>(column, null),
        (ColumnType.Whole or ColumnType.Position, true) => new Typed<long?>(column, null),
        (ColumnType.Flag, false) => new Typed<bool>(column, null),
        (ColumnType.Flag, true) => new Typed<bool?>(column, null),
        (ColumnType.Day, false) => new Typed<DateOnly>(column, LogicalType.Date()),
        (ColumnType.Day, true) => new Typed<DateOnly?>(column, LogicalType.Date()),
        (ColumnType.Time, _) => new Typed<DateTime>(column, LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Micros)),
        (ColumnType.Amount, _) => new Typed<decimal?>(column, LogicalType.Decimal(29, 6)),
        (ColumnType.EventId, false) => new Typed<Guid>(column, LogicalType.Uuid()),
        (ColumnType.EventId, true) => new Typed<Guid?>(column, LogicalType.Uuid()),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Type, "A type of column without a form in Parquet."),
    };

    /// <summary>Its declaration in the file.</summary>
    public abstract ParquetSharp.Column Declaration { get; }

    /// <summary>Adds a cell to the row group.</summary>
    public abstract void Add(object? cell);

    /// <summary>Writes the cells of the row group as its next column, and forgets them.</summary>
    public abstract void Write(RowGroupWriter group);

    /// <summary>Reads the cells of a row group.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="at">The number of the column.</param>
    /// <param name="rows">How many rows the group has.</param>
    public abstract Func<int, object?> Read(RowGroupReader group, int at, int rows);

    private sealed class Typed<T>(Column column, LogicalType? type) : ParquetColumn
    {
        private readonly List<T> _cells = [];

        public override ParquetSharp.Column Declaration { get; } = new ParquetSharp.Column<T>(column.Name, type);

        public override void Add(object? cell) => _cells.Add((T)cell!);

        public override void Write(RowGroupWriter group)
        {
            using var next = group.NextColumn();
            using var writer = next.LogicalWriter<T>();
            writer.WriteBatch([.. _cells]);
            _cells.Clear();
        }

        public override Func<int, object?> Read(RowGroupReader group, int at, int rows)
        {
            using var one = group.Column(at);
            using var reader = one.LogicalReaderOverride<T>();
            var cells = reader.ReadAll(rows);
            return i => cells[i];
        }
    }
}
