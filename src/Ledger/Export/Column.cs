namespace Ledger.Export;

/// <summary>The type of a column, the same in every form of a table. What each is in a form: <see cref="ParquetColumn"/>,
/// <see cref="WorkbookCells"/>, <see cref="SqlColumns"/>.</summary>
public enum ColumnType
{
    /// <summary>A text: names, codes, kinds, grades, dates that are not days. A <see cref="string"/>.</summary>
    Text = 1,

    /// <summary>A list of texts, perhaps of none; never empty. An array of <see cref="string"/>.</summary>
    Texts = 2,

    /// <summary>A whole number of 64 bits. A <see cref="long"/>.</summary>
    Whole = 3,

    /// <summary>A position of the ledger: 64 bits, of which a spreadsheet would lose some. A <see cref="long"/>.</summary>
    Position = 4,

    /// <summary>True or false. A <see cref="bool"/>.</summary>
    Flag = 5,

    /// <summary>A day of the Gregorian calendar. A <see cref="DateOnly"/>.</summary>
    Day = 6,

    /// <summary>A moment, UTC, in microseconds. A <see cref="DateTime"/> of <see cref="DateTimeKind.Utc"/>.</summary>
    Time = 7,

    /// <summary>An amount with at most 23 digits before and 6 after the point. A <see cref="decimal"/>.</summary>
    Amount = 8,

    /// <summary>An event id. A <see cref="Guid"/>.</summary>
    EventId = 9,
}

/// <summary>A column of a table: everything that Parquet, workbook, SQL and documentation say of it.</summary>
/// <param name="Name">Snake case, without dots, and no word of SQL.</param>
/// <param name="Type">Its type.</param>
/// <param name="MayBeEmpty">Whether a cell may be empty (null); what that means stands in <paramref name="Meaning"/>.</param>
/// <param name="Meaning">What it is, in English, a sentence without its full stop.</param>
/// <param name="Unit">The unit of a number; null: it has none, or <paramref name="Type"/> says it.</param>
public sealed record Column(string Name, ColumnType Type, bool MayBeEmpty, string Meaning, string? Unit = null)
{
    /// <summary>Meaning and unit, as the documentation and the database's comment have them.</summary>
    public string Comment => Unit is null ? $"{Meaning}." : $"{Meaning}. Unit: {Unit}.";
}

/// <summary>A column with where its cells come from.</summary>
/// <typeparam name="TRow">What a row is made of.</typeparam>
/// <param name="Declared">The column.</param>
/// <param name="CellOf">The cell of a row, of the CLR type that <see cref="ColumnType"/> names, or null.</param>
internal sealed record ColumnOf<TRow>(Column Declared, Func<TRow, object?> CellOf);
