using Ledger.Problems;

namespace Ledger.Editions;

/// <summary>The header of a register: where it stands, and which form it names.</summary>
/// <param name="At">Its line, from 0.</param>
/// <param name="Separator">Comma, semicolon or tab.</param>
/// <param name="Form">The form whose columns it names.</param>
/// <param name="IsRangeColumn">The numbers delivered are named "Deliveries in the Year Range".</param>
public sealed record RegisterHeader(int At, char Separator, RegisterForm Form, bool IsRangeColumn)
{
    /// <summary>The column of the numbers delivered in newer exports of a selection.</summary>
    private const string RangeColumn = "Deliveries in the Year Range";

    /// <summary>Lines from the start of the file that are searched for the header; preambles of eleven were seen.</summary>
    private const int Within = 50;

    /// <summary>A line with so many names of columns is meant as a header.</summary>
    private const int Recognised = 3;

    /// <summary>Differences that a refusal names.</summary>
    private const int Named = 8;

    /// <summary>The columns of the 16-column form. Three have no name: they hold a <c>?</c> where the number or year before them is
    /// uncertain.</summary>
    public static readonly string[] OfOrders =
    [
        "Recipient", "Supplier", "Year of order", "", "Number ordered", "", "Weapon designation", "Weapon description",
        "Number delivered", "", "Year(s) of delivery", "status", "Comments", "SIPRI TIV per unit",
        "SIPRI TIV for total order", "SIPRI TIV of delivered weapons",
    ];

    /// <summary>The columns of the 17-column form.</summary>
    public static readonly string[] OfYears =
    [
        "SIPRI AT Database ID", "Supplier", "Recipient", "Designation", "Description", "Armament category", "Order date",
        "Order date is estimate", "Numbers delivered", "Numbers delivered is estimate", "Delivery year", "Delivery year is estimate",
        "Status", "SIPRI estimate", "TIV deal unit", "TIV delivery values", "Local production",
    ];

    private static readonly HashSet<string> Letters =
        [.. OfOrders.Concat(OfYears).Append(RangeColumn).Select(LettersOf).Where(x => x.Length > 0)];

    /// <summary>The columns of a form.</summary>
    public static string[] ColumnsOf(RegisterForm form) => form == RegisterForm.Orders ? OfOrders : OfYears;

    /// <summary>Finds the header.</summary>
    /// <exception cref="ProblemException">422: there is none, or one of neither form.</exception>
    public static RegisterHeader Find(RegisterText text)
    {
        for (var at = 0; at < Math.Min(text.Lines, Within); at++)
        {
            var (found, separator) = (",;\t").Select(x => (Cells: TrimmedEnd(RegisterText.Parse(text.Bytes(at), x).Cells), Separator: x))
                .MaxBy(x => x.Cells.Count(IsColumn));
            if (found.Count(IsColumn) < Recognised)
            {
                continue;
            }

            var isRange = found.Length > 8 && Same(found[8], RangeColumn);
            foreach (var form in Enum.GetValues<RegisterForm>())
            {
                if (isRange && form == RegisterForm.Orders ? IsRangeHeader(found) : found.SequenceEqual(ColumnsOf(form), Comparer))
                {
                    return new RegisterHeader(at, separator, form, isRange);
                }
            }

            throw RegisterRefusal.NoRegister(WhyNot(at + 1, found));
        }

        throw RegisterRefusal.NoRegister($"No header of a trade register was found in the first {Within} lines. The 16-column form has: "
            + $"{Listed(OfOrders)}. The 17-column form has: {Listed(OfYears)}.");
    }

    private static string Listed(string[] columns) => string.Join(", ", columns.Select(x => x.Length == 0 ? "' '" : x));

    private static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    private static bool Same(string one, string other) => Comparer.Equals(one, other);

    private static bool IsRangeHeader(string[] cells) => cells.Select((x, i) => i == 8 ? OfOrders[8] : x).SequenceEqual(OfOrders, Comparer);

    private static bool IsColumn(string cell) => Letters.Contains(LettersOf(cell));

    /// <summary>Names that were rewritten by a program differ in spaces and signs: "Year.of.order".</summary>
    private static string LettersOf(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    private static string[] TrimmedEnd(string[] cells) => cells[..(Array.FindLastIndex(cells, x => x.Length > 0) + 1)];

    /// <summary>Says which columns differ from the form that it is nearest to.</summary>
    private static string WhyNot(int line, string[] cells)
    {
        var form = Enum.GetValues<RegisterForm>().MinBy(x => Differences(cells, ColumnsOf(x)).Count);
        var columns = ColumnsOf(form);
        var differences = Differences(cells, columns);
        var named = string.Join("; ", differences.Take(Named))
            + (differences.Count > Named ? $"; and {differences.Count - Named} differences more" : "");
        var older = Same(cells[0], "Id") ? "It begins with Id, as an older form of the register did, which is not read. " : "";
        return $"Line {line} is a header, but of neither form of the register. {older}"
            + $"Held against the {columns.Length}-column form: {named}. Its columns are: {Listed(columns)}.";
    }

    /// <summary>The differences of two lists of names, in order: by their longest common part, where a name left out beside one too many
    /// is a name changed.</summary>
    private static List<string> Differences(string[] cells, string[] columns)
    {
        var common = new int[cells.Length + 1, columns.Length + 1];
        for (var i = cells.Length - 1; i >= 0; i--)
        {
            for (var j = columns.Length - 1; j >= 0; j--)
            {
                common[i, j] = Same(cells[i], columns[j]) ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var differences = new List<string>();
        for (int i = 0, j = 0; i < cells.Length || j < columns.Length;)
        {
            if (i < cells.Length && j < columns.Length && Same(cells[i], columns[j]))
            {
                (i, j) = (i + 1, j + 1);
            }
            else if (i < cells.Length && j < columns.Length && common[i + 1, j + 1] == common[i, j])
            {
                differences.Add(columns[j].Length == 0 ? $"column {i + 1} is called {NameOf(cells[i])}, and should have no name"
                    : cells[i].Length == 0 ? $"column {i + 1} has no name, and should be called {NameOf(columns[j])}"
                    : $"column {i + 1} is called {NameOf(cells[i])}, not {NameOf(columns[j])}");
                (i, j) = (i + 1, j + 1);
            }
            else if (i < cells.Length && (j == columns.Length || common[i + 1, j] == common[i, j]))
            {
                differences.Add(cells[i].Length == 0 ? $"column {i + 1}, which has no name, is one too many"
                    : $"column {i + 1}, {NameOf(cells[i])}, is one too many");
                i++;
            }
            else
            {
                differences.Add(columns[j].Length == 0 ? $"the column without a name behind {NameOf(columns[j - 1])} is missing"
                    : $"{NameOf(columns[j])} is missing");
                j++;
            }
        }

        return differences;
    }

    private static string NameOf(string column) => $"'{RegisterCells.Shown(column)}'";
}
