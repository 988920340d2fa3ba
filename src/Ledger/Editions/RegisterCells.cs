using System.Text.RegularExpressions;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Rules of single cells of a register: what each may say, and a sentence about what it says instead.</summary>
public static partial class RegisterCells
{
    private const string Months = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec";

    /// <summary>A year, also as programs write it that take it for a decimal number: 2021.0.</summary>
    public static bool TryYear(string cell, out string year)
    {
        year = WholeOf(cell);
        return Year().IsMatch(year);
    }

    /// <summary>A number of units, also as 6.0.</summary>
    public static bool TryUnits(string cell, out long units) =>
        Digits.TryParse(WholeOf(cell), out units) && units <= Quantity.Limit;

    /// <summary>SIPRI's own number of an order, also as 60320.0.</summary>
    public static bool TryNumber(string cell, out string number)
    {
        number = WholeOf(cell);
        return Digits.TryParse(number, out _);
    }

    /// <summary>Why a cell is no number of an order.</summary>
    public static string NoNumber(string cell) => DamageOf(cell, "number") ?? $"'{Shown(cell)}' is no number of an order, in digits alone.";

    /// <summary>Why a cell is no year.</summary>
    public static string NoYear(string cell) => DamageOf(cell, "year") ?? $"'{Shown(cell)}' is no year.";

    /// <summary>Why a cell is no list of years.</summary>
    public static string NoYears(string cell) => DamageOf(cell, "years") ?? $"'{Shown(cell)}' is no list of years, such as 2021; 2022.";

    /// <summary>Why a cell is no number of units.</summary>
    public static string NoUnits(string cell) => DamageOf(cell, "number")
        ?? (Digits.TryParse(WholeOf(cell), out _) ? $"'{Shown(cell)}' is more than {Quantity.Limit} units."
            : $"'{Shown(cell)}' is no whole number of units, in digits alone.");

    /// <summary>What a spreadsheet made of the name of a weapon; null where it looks sound. APR-1 and 57E6 are names.</summary>
    public static string? DamageOfName(string cell) => cell.Length == 0 ? null
        : NameAsDate().IsMatch(cell) ? $"'{Shown(cell)}' is a date that a spreadsheet made of the name."
        : PowerOfTen().IsMatch(cell) ? $"'{Shown(cell)}' is a power of ten that a spreadsheet made of the name."
        : SpreadsheetError().IsMatch(cell) ? $"'{Shown(cell)}' is what a spreadsheet shows where it cannot show the name."
        : Slug.OfPlatform(cell) is null ? $"'{Shown(cell)}' has no letter or digit that a platform could be named by." : null;

    /// <summary>At most the first 40 characters of a cell.</summary>
    public static string Shown(string cell) => cell.Length <= 40 ? cell : cell[..40] + "…";

    /// <summary>The same for years and numbers, which no date of any form can be.</summary>
    private static string? DamageOf(string cell, string what) =>
        NameAsDate().IsMatch(cell) || Date().IsMatch(cell) ? $"'{Shown(cell)}' is a date that a spreadsheet made of the {what}."
        : PowerOfTen().IsMatch(cell) ? $"'{Shown(cell)}' is a power of ten that a spreadsheet made of the {what}: its last digits are lost."
        : SpreadsheetError().IsMatch(cell) ? $"'{Shown(cell)}' is what a spreadsheet shows where it cannot show the {what}." : null;

    private static string WholeOf(string cell) =>
        cell.EndsWith('0') && cell.LastIndexOf('.') is > 0 and var point && !cell.AsSpan(point + 1).ContainsAnyExcept('0')
            ? cell[..point] : cell;

    [GeneratedRegex(@"^(19|20)[0-9]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Year();

    [GeneratedRegex($@"^([0-9]{{1,2}}-({Months})|({Months})-[0-9]{{2}})\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NameAsDate();

    /// <summary>With a day or a time too.</summary>
    [GeneratedRegex(@"^([0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[0-9]{1,2}-[A-Za-z]{3}-[0-9]{2,4})([ T][0-9:.]+( ?[AP]M)?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    /// <summary>With a comma as some countries write it.</summary>
    [GeneratedRegex(@"^[0-9]([.,][0-9]+)?E\+[0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex PowerOfTen();

    [GeneratedRegex(@"^#(#+|NAME\?|REF!|VALUE!|N/A|DIV/0!|NUM!|NULL!)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SpreadsheetError();
}
