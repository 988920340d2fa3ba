namespace Ledger.Export;

/// <summary>The columns of a table in PostgreSQL.</summary>
public static class SqlColumns
{
    /// <summary>The type of a column.</summary>
    public static string TypeOf(Column column) => column.Type switch
    {
        ColumnType.Text => "text",
        ColumnType.Texts => "text[]",
        ColumnType.Whole or ColumnType.Position => "bigint",
        ColumnType.Flag => "boolean",
        ColumnType.Day => "date",
        ColumnType.Time => "timestamp with time zone",
        ColumnType.Amount => "numeric(29,6)",
        ColumnType.EventId => "uuid",
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Type, "A type of column without a form in PostgreSQL."),
    };
}
