using System.Text;
using System.Text.RegularExpressions;
using Ledger.Export;
using Ledger.Tests.Harness;
using Ledger.Tests.Host;

namespace Ledger.Tests.Export;

/// <summary>The page for analysts: what it shows runs, and what it says of columns is what is declared.</summary>
[Collection(Alone.Name)]
public sealed partial class TablesPageTests(ExportedService exported) : IClassFixture<ExportedService>
{
    private const string Marker = "<!-- Written by TablesPageTests from the declarations: LEDGER_TEST_SCHEMA=1. -->\n";

    private static readonly string s_path = Path.Combine(TidyTests.Root, "ops/tables.md");

    private string Folder => Path.GetDirectoryName(exported.PathOf("holdings", "parquet"))!;

    [Fact]
    public async Task Every_column_is_documented_as_it_is_declared()
    {
        var page = await File.ReadAllTextAsync(s_path, TestContext.Current.CancellationToken);
        var at = page.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length;
        if (Environment.GetEnvironmentVariable("LEDGER_TEST_SCHEMA") is { Length: > 0 })
        {
            await File.WriteAllTextAsync(s_path, page[..at] + Columns(), TestContext.Current.CancellationToken);
            return;
        }

        Assert.Equal(Columns(), page[at..]);
    }

    [Fact]
    public async Task Every_query_for_DuckDB_runs_and_the_trap_is_there()
    {
        using var duck = new Duck();
        var sql = Block().Matches(await File.ReadAllTextAsync(s_path, TestContext.Current.CancellationToken)).Single(x => x.Groups[1].Value == "sql").Groups[2].Value;
        var queries = sql.Replace("'tables/", $"'{Folder}/", StringComparison.Ordinal).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(7, queries.Length);
        Assert.All(queries, x => Assert.NotEmpty(duck.Rows(x)));
        // The headline is the world's total of the API.
        var world = (await exported.Service.AskAsync($"/v1/countries?asOf={ExportedService.AsOf}&limit=1000")).GetProperty("world").GetProperty("total");
        Assert.Equal($"{world.Long("low")}|{world.Long("best")}|{world.Long("closedHigh")}|{world.Long("openHoldings")}", duck.Lines(queries[0]).Single());
    }

    [Fact]
    public async Task What_it_shows_for_hyparquet_runs()
    {
        await ClientTests.NpmAsync();
        var folder = ClientTests.Fresh("npm/hyparquet");
        var script = Block().Matches(await File.ReadAllTextAsync(s_path, TestContext.Current.CancellationToken)).Single(x => x.Groups[1].Value == "js").Groups[2].Value;
        await File.WriteAllTextAsync(Path.Combine(folder, "page.js"), script.Replace("'tables/", $"'{Folder}/", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        using var duck = new Duck();
        var holdings = Duck.File(exported.PathOf("holdings", "parquet"));
        Assert.Equal(duck.One($"select count(*) || ' holdings, ' || sum(best) || ' items, ' || count(*) filter (high_open) || ' open bigint true' from {holdings}"),
            (await ClientTests.RunAsync("node", [Path.Combine(folder, "page.js")], folder)).Trim());
    }

    private static string Columns()
    {
        var text = new StringBuilder();
        foreach (var table in AnalystTables.All)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n### {table.Name}\n\n{table.Meaning}.\n\n| column | type | unit | meaning |\n|---|---|---|---|\n");
            foreach (var column in table.Columns)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{column.Name}` | {SqlColumns.TypeOf(column)} | {column.Unit} | {column.Meaning} |\n");
            }
        }

        return text.ToString();
    }

    [GeneratedRegex("```(sql|js)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
