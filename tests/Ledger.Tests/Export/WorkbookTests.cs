using System.Diagnostics;
using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using ExcelDataReader;
using Ledger.Export;
using Ledger.Tests.Web;

namespace Ledger.Tests.Export;

/// <summary>Workbooks that SpreadCheetah 1.28.0 wrote are valid, and readers that are not ours get the numbers of the API from them: those of the
/// Parquet files, which ParquetTests holds against it.</summary>
public sealed class WorkbookTests(ExportedService exported) : IClassFixture<ExportedService>
{
    // ExcelDataReader makes Windows-1252 its default, also for workbooks that are UTF-8.
    static WorkbookTests() => System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);

    public static TheoryData<string> Tables => [.. AnalystTables.All.Select(x => x.Name)];

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_workbook_is_valid_by_Microsofts_own_rules(string table)
    {
        using var book = SpreadsheetDocument.Open(exported.PathOf(table, "xlsx"), isEditable: false);
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Microsoft365).Validate(book, TestContext.Current.CancellationToken).Select(x => $"{x.Path?.XPath}: {x.Description}"));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void ExcelDataReader_gets_every_cell_as_it_is(string table)
    {
        var declared = AnalystTables.All.Single(x => x.Name == table);
        var sheets = Sheets(exported.PathOf(table, "xlsx"));
        Assert.Equal(["about", table], sheets.Select(x => x.Name));
        Assert.Equal(declared.Columns.Select(x => x.Name), sheets[1].Rows[0].Select(x => (string?)x));
        var expected = Expected(declared);
        Assert.Equal(expected.Count, sheets[1].Rows.Count - 1);
        foreach (var (row, cells) in expected.Zip(sheets[1].Rows.Skip(1)))
        {
            Assert.Equal(declared.Columns.Select((x, i) => $"{x.Name} {row[i]}"), declared.Columns.Select((x, i) => $"{x.Name} {Text(x.Type, cells.ElementAtOrDefault(i))}"));
        }
    }

    [Fact]
    public void What_a_spreadsheet_would_change_is_a_text()
    {
        var reports = AnalystTables.All.Single(x => x.Name == "reports");
        int At(string column) => reports.Columns.ToList().FindIndex(x => x.Name == column);
        var row = Sheets(exported.PathOf("reports", "xlsx"))[1].Rows.Single(x => x.ElementAtOrDefault(At("occurred")) is "1899-05-03");
        Assert.Equal(ExportedService.Name, row[At("platform_name")]);
        Assert.Equal(ExportedService.Note, row[At("note")]);
        Assert.Equal(exported.Far + 1, long.Parse(Assert.IsType<string>(row[At("position")]), CultureInfo.InvariantCulture));
        Assert.Equal(["1899-05-03", "1900-01-02"], [Assert.IsType<string>(row[At("occurred_earliest")]), Assert.IsType<string>(row[At("published_earliest")])]);
        Assert.IsType<DateTime>(row[At("recorded_day")]);
        var holdings = AnalystTables.All.Single(x => x.Name == "holdings").Columns.ToList();
        var open = Sheets(exported.PathOf("holdings", "xlsx"))[1].Rows.Single(x => (string?)x[holdings.FindIndex(c => c.Name == "recipient")] == "KAZ"
            && (string?)x[holdings.FindIndex(c => c.Name == "platform_name")] == ExportedService.Name);
        Assert.Null(open[holdings.FindIndex(x => x.Name == "high")]);
        Assert.Equal((true, 300d), (open[holdings.FindIndex(x => x.Name == "high_open")], open[holdings.FindIndex(x => x.Name == "low")]));
    }

    [Fact]
    public async Task The_first_sheet_says_the_basis_and_the_method_that_an_empty_high_is_open_and_what_was_cut()
    {
        var about = Sheets(exported.PathOf("holdings", "xlsx"))[0].Rows;
        Assert.Equal([ExportedService.AsOf, "2"], [Said(about, "asOf"), Said(about, "method")]);
        Assert.True(long.Parse(Said(about, "position"), CultureInfo.InvariantCulture) > 1L << 53);
        Assert.Contains(about, x => x is [string text, ..] && text.StartsWith("An empty high is open", StringComparison.Ordinal));
        Assert.Contains(about, x => x is ["holdings", string all, string here, "nothing", ..] && all == here);
        Assert.Contains(about, x => x is ["holdings", "low", "items", ..]);

        // A sheet of 21 rows has no room for more, and a text that is too long is cut within no character.
        await using var small = await Harness.Service.StartOnAsync(exported.Service.ConnectionString, null, "--Ledger:Export:RowsPerSheet", "21");
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, (await ExportedService.FileAsync(small, $"reports.xlsx?asOf={ExportedService.AsOf}")).Bytes, TestContext.Current.CancellationToken);
        var sheets = Sheets(path);
        File.Delete(path);
        Assert.Equal(21, sheets[1].Rows.Count);
        var reports = Expected(AnalystTables.All.Single(x => x.Name == "reports")).Count;
        Assert.Contains(sheets[0].Rows, x => x is ["reports", string all, "20", string cut, ..] && all == reports.ToString(CultureInfo.InvariantCulture)
            && cut.Contains($"{reports - 20} of {reports} are missing", StringComparison.Ordinal));
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut_within_no_character_and_counted()
    {
        Assert.True(WorkbookCells.IsTooLong(new string('a', 32_768)));
        Assert.False(WorkbookCells.IsTooLong(new string('a', 32_767)));
        foreach (var (before, kept) in ((int, int)[])[(32_765, 32_765), (32_766, 32_766)])
        {
            var text = new string('a', before) + string.Concat(Enumerable.Repeat("🇰", 10));
            var held = WorkbookCells.Held(text);
            Assert.Equal(new string('a', kept) + "…", held);
        }

        Assert.Equal(new string('a', 32_766) + "…", WorkbookCells.Held(new string('a', 40_000)));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task LibreOffice_gets_the_same_numbers(string table)
    {
        var office = ((string[])["/usr/bin/soffice", "/usr/bin/libreoffice", "/usr/lib/libreoffice/program/soffice"]).FirstOrDefault(File.Exists);
        Assert.SkipUnless(office is not null, "There is no LibreOffice here.");
        var folder = Directory.CreateTempSubdirectory("ledger-office-").FullName;
        try
        {
            // Every sheet to a file of its own (-1), cells as they are and not as they are shown.
            var start = new ProcessStartInfo(office!, [$"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
                "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1", "--outdir", folder, exported.PathOf(table, "xlsx")])
            { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
            var declared = AnalystTables.All.Single(x => x.Name == table);
            var lines = CsvTests.Csv.Read(await File.ReadAllTextAsync(Path.Combine(folder, $"{table}-{table}.csv"), TestContext.Current.CancellationToken)).ToList();
            Assert.Equal(declared.Columns.Select(x => x.Name), lines[0]);
            foreach (var (row, cells) in Expected(declared).Zip(lines.Skip(1)))
            {
                Assert.Equal(declared.Columns.Select((x, i) => $"{x.Name} {row[i]}"),
                    declared.Columns.Select((x, i) => $"{x.Name} {(x.Type == ColumnType.Flag ? cells[i].ToLowerInvariant() : cells[i])}"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The texts of the Parquet file's cells, as a workbook has them.</summary>
    private List<string[]> Expected(Table table)
    {
        using var duck = new Duck();
        return [.. duck.Rows($"select {string.Join(", ", table.Columns.Select(x => x.Type == ColumnType.Texts ? $"array_to_string({x.Name}, '; ')" : $"cast({x.Name} as varchar)"))} "
            + $"from {Duck.File(exported.PathOf(table.Name, "parquet"))}").Select(x => table.Columns.Select((column, i) => (column.Type, (string?)x[i]) switch
            {
                (_, null) => "",
                (ColumnType.Time, { } time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
                (_, { } text) => text,
            }).ToArray())];
    }

    private static string Text(ColumnType type, object? cell) => cell switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        double number when type == ColumnType.Whole => number.ToString("F0", CultureInfo.InvariantCulture),
        DateTime day when type == ColumnType.Day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        string text => text,
        _ => throw new ArgumentOutOfRangeException(nameof(cell), cell, $"No {type} is {cell.GetType().Name}."),
    };

    private static string Said(List<object?[]> about, string what) => (string)about.Single(x => x is [string name, _, ..] && name == what)[1]!;

    private static List<(string Name, List<object?[]> Rows)> Sheets(string path)
    {
        using var file = File.OpenRead(path);
        using var reader = ExcelReaderFactory.CreateReader(file);
        var sheets = new List<(string, List<object?[]>)>();
        do
        {
            var rows = new List<object?[]>();
            while (reader.Read())
            {
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)]);
            }

            sheets.Add((reader.Name, rows));
        }
        while (reader.NextResult());
        return sheets;
    }
}
