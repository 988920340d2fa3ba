using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Ledger.Vocabulary;
using SpreadCheetah;
using SpreadCheetah.Styling;

namespace Ledger.Export;

/// <summary>Makes the cells of a workbook, of values that a workbook can hold: what it would change without a word is a text
/// instead.</summary>
/// <param name="days">The style of days.</param>
public sealed partial class WorkbookCells(StyleId days)
{
    /// <summary>Characters (UTF-16) that a cell holds.</summary>
    public const int MostCharacters = 32_767;

    /// <summary>The largest number of which a spreadsheet keeps every digit: it has 15.</summary>
    private const long MostWhole = 999_999_999_999_999;

    /// <summary>Before this day spreadsheets count a day that never was, 29 February 1900.</summary>
    private static readonly DateOnly FirstDay = new(1900, 3, 1);

    /// <summary>Whether a cell is cut in a workbook.</summary>
    public static bool IsTooLong(object? cell) => cell switch
    {
        string text => text.Length > MostCharacters,
        string[] texts => texts.Length * 2 + texts.Sum(x => (long)x.Length) > MostCharacters,
        _ => false,
    };

    /// <summary>The cell of a value.</summary>
    /// <param name="type">The type of its column.</param>
    /// <param name="cell">The value, as <see cref="ColumnType"/> says; null is an empty cell.</param>
    public Cell Of(ColumnType type, object? cell) => cell switch
    {
        null => default,
        string text => new Cell(Held(text)),
        string[] texts => new Cell(Held(string.Join("; ", texts))),
        bool flag => new Cell(flag),
        long number when type != ColumnType.Position && number is >= -MostWhole and <= MostWhole => new Cell(number),
        long number => new Cell(number.ToString(CultureInfo.InvariantCulture)),
        decimal amount when IsExact(amount) => new Cell(amount),
        decimal amount => new Cell(amount.ToString(CultureInfo.InvariantCulture)),
        DateOnly day when day >= FirstDay => new Cell(day.ToDateTime(TimeOnly.MinValue), days),
        DateOnly day => new Cell(Rfc3339.Text(day)),
        // A spreadsheet's moments are fractions of a day, which hold no microseconds.
        DateTime time => new Cell(Rfc3339.Text(new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)))),
        Guid id => new Cell(id.ToString()),
        _ => throw new ArgumentOutOfRangeException(nameof(cell), cell, "A value without a form in a workbook."),
    };

    private static bool IsExact(decimal amount) => decimal.Round(amount, 6) * 1_000_000m is >= -MostWhole and <= MostWhole;

    /// <summary>A text as a workbook can hold it: cut with … where it is too long, never within a character; without what XML cannot
    /// hold; and with what spreadsheets read as an escape written so that they read the text.</summary>
    public static string Held(string text)
    {
        if (text.Length > MostCharacters)
        {
            text = string.Concat(text.AsSpan(0, MostCharacters - (char.IsHighSurrogate(text[MostCharacters - 2]) ? 2 : 1)), "…");
        }

        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '\uD7FF'))
        {
            return text.Contains("_x", StringComparison.Ordinal) ? Escape().Replace(text, "_x005F_x$1_") : text;
        }

        var held = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            held.Append(rune.Value is (< 0x20 and not (0x9 or 0xA or 0xD)) or 0xFFFE or 0xFFFF ? Rune.ReplacementChar.ToString()
                : rune.ToString());
        }

        return Escape().Replace(held.ToString(), "_x005F_x$1_");
    }

    [GeneratedRegex("_x([0-9A-Fa-f]{4})_")]
    private static partial Regex Escape();
}
