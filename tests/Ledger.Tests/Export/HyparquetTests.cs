using System.Globalization;
using System.Text.Json;
using Ledger.Export;
using Ledger.Tests.Harness;
using Ledger.Tests.Host;

namespace Ledger.Tests.Export;

/// <summary>hyparquet 1.31.5 (npm), which reads Parquet in a browser, gets what DuckDB gets.</summary>
[Collection(Alone.Name)]
[Trait("Category", "Clients")]
public sealed class HyparquetTests(ExportedService exported) : IClassFixture<ExportedService>
{
    [Fact]
    public async Task Every_cell_of_every_table_is_the_same_in_a_browser()
    {
        await ClientTests.NpmAsync();
        var folder = ClientTests.Fresh("npm/hyparquet");
        using var duck = new Duck();
        foreach (var table in AnalystTables.All)
        {
            var path = exported.PathOf(table.Name, "parquet");
            var lines = (await ClientTests.RunAsync("node", [Path.Combine(folder, "read.js"), path], folder)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var read = lines.Skip(1).Select(x => JsonSerializer.Deserialize<string?[]>(x)!).ToList();
            Assert.Equal(table.Columns.Select(x => x.Name), JsonElement.Parse(lines[0]).Items("columns").Select(x => x.GetString()));
            var rows = duck.Rows($"select {string.Join(", ", table.Columns.Select(x => $"cast({x.Name} as varchar)"))} from {Duck.File(path)}");
            Assert.Equal(rows.Count, read.Count);
            foreach (var (one, other) in rows.Zip(read))
            {
                Assert.Equal(table.Columns.Select((x, i) => $"{x.Name} {InJavaScript(x.Type, (string?)one[i])}"), table.Columns.Select((x, i) => $"{x.Name} {other[i]}"));
            }
        }
    }

    /// <summary>What JavaScript keeps of a value: of a time milliseconds, of an amount 15 digits.</summary>
    private static string? InJavaScript(ColumnType type, string? text) => (type, text) switch
    {
        (_, null) => null,
        (ColumnType.Time, _) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        (ColumnType.Amount, _) => double.Parse(text, CultureInfo.InvariantCulture).ToString("F0", CultureInfo.InvariantCulture),
        _ => text,
    };
}
