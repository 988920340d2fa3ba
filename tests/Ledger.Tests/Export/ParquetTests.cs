using System.Globalization;
using Ledger.Export;

namespace Ledger.Tests.Export;

/// <summary>DuckDB (DuckDB.NET.Data.Full 1.5.6.1) reads what ParquetSharp 25.0.1.2 wrote, in row groups of three rows.</summary>
public sealed class ParquetTests(ExportedService exported) : IClassFixture<ExportedService>
{
    public static TheoryData<string> Tables => [.. AnalystTables.All.Select(x => x.Name)];

    [Fact]
    public async Task Every_table_has_the_rows_and_the_numbers_that_the_API_answers()
    {
        using var duck = new Duck();
        var service = exported.Service;
        List<string> Lines(string table, string columns) => duck.Lines($"select {columns} from {File(table)}");
        Same(await ApiRows.HoldingsAsync(service), Lines("holdings", $"recipient || '|' || {ApiRows.Sql([.. ApiRows.Holding, .. ApiRows.Grounds])}"));
        Same(await ApiRows.HoldingsByYearAsync(service), Lines("holdings_by_year", $"year || '|' || as_of || '|' || recipient || '|' || {ApiRows.Sql(ApiRows.Holding)}"));
        Same(await ApiRows.DealsAsync(service), Lines("deals", ApiRows.Sql(ApiRows.Deal)));
        Same(await ApiRows.FlowsAsync(service), Lines("flows", $"year || '|' || {ApiRows.Sql(ApiRows.Flow)}"));
        Same(await ApiRows.ReportsAsync(service), Lines("reports", $"platform || '|' || {ApiRows.Sql(ApiRows.Report)} || '|' || counts_low || '|' || counts_best || '|' || counts_high"));
        Same(await ApiRows.ChangesAsync(service), Lines("changes",
            $"moment || '|' || edition || '|' || position_before || '|' || position_after || '|' || recipient || '|' || {ApiRows.Sql(ApiRows.Change)} "
            + "|| '|' || cast(reports as varchar) || '|' || cast(deeds as varchar)"));
    }

    /// <summary>A reader leaves out row groups by their statistics: a wrong one loses rows without a word.</summary>
    [Theory]
    [MemberData(nameof(Tables))]
    public void What_is_looked_for_in_a_file_is_what_is_found_in_a_copy_in_memory(string table)
    {
        using var duck = new Duck();
        duck.Rows($"create table copy as select * from {File(table)}");
        Assert.True(long.Parse(duck.One($"select max(row_group_id) from parquet_metadata('{exported.PathOf(table, "parquet")}')"), CultureInfo.InvariantCulture) > 0, "There is one row group.");
        var looked = 0;
        foreach (var (name, type) in duck.Columns("copy"))
        {
            var isList = type.EndsWith("[]", StringComparison.Ordinal);
            foreach (var text in duck.Lines($"select distinct cast({name} as varchar) as v from copy where {name} is not null order by hash(v) limit 12"))
            {
                var value = isList ? $"(select any_value({name}) from copy where cast({name} as varchar) = '{Quoted(text)}')" : $"cast('{Quoted(text)}' as {type})";
                foreach (var condition in (string[])["=", "<", ">="])
                {
                    string Found(string from) => duck.One($"select count(*) || ' ' || coalesce(sum(hash({name})), 0) from {from} where {name} {condition} {value}");
                    Assert.True(Found("copy") == Found(File(table)), $"{table}.{name} {condition} {text}: {Found(File(table))} in the file, {Found("copy")} in memory.");
                    looked++;
                }
            }

            foreach (var order in (string[])["asc", "desc"])
            {
                string sql(string from) => $"select cast({name} as varchar) from {from} order by {name} {order} limit 3";
                Assert.Equal(duck.Lines(sql("copy")), duck.Lines(sql(File(table))));
            }
        }

        Assert.True(looked > 100, $"Only {looked} were looked for.");
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Columns_have_the_types_and_the_words_of_their_declaration(string table)
    {
        using var duck = new Duck();
        var declared = AnalystTables.All.Single(x => x.Name == table);
        Assert.Equal(declared.Columns.Select(x => $"{x.Name} {TypeOf(x.Type)}"), duck.Columns(File(table)).Select(x => $"{x.Key} {x.Value}"));
        var words = duck.Rows($"select decode(key), decode(value) from parquet_kv_metadata('{exported.PathOf(table, "parquet")}')")
            .ToDictionary(x => (string)x[0]!, x => (string)x[1]!, StringComparer.Ordinal);
        Assert.Equal((table, ExportedService.AsOf), (words["ledger.table"], words["ledger.asOf"]));
        Assert.All(declared.Columns, x => Assert.Equal(x.Comment, words[$"ledger.column.{x.Name}"]));
    }

    [Fact]
    public void What_other_writers_lose_is_there()
    {
        using var duck = new Duck();
        var reports = File("reports");
        Assert.Equal(exported.Far.ToString(CultureInfo.InvariantCulture), duck.One($"select position from {reports} where position = {exported.Far}"));
        Assert.Equal("3", duck.One($"select count(*) from {reports} where platform_name = '{ExportedService.Name}'"));
        Assert.Equal("1", duck.One($"select count(*) from {reports} where publisher = '{ExportedService.Name}' and note = '{Quoted(ExportedService.Note)}'"));
        Assert.Equal("1899-05-03", duck.One($"select cast(occurred_earliest as varchar) from {reports} where occurred_earliest < date '1900-01-01'"));
        Assert.Equal(ExportedService.Amount, duck.One($"select cast(amount_decimal as varchar) from {reports} where amount_decimal is not null"));
        Assert.Equal(ExportedService.Amount, duck.One($"select amount from {reports} where amount is not null"));
        Assert.Equal(duck.One($"select count(*) from {File("holdings")} where high is null"), duck.One($"select count(*) from {File("holdings")} where high_open"));
        Assert.NotEqual("0", duck.One($"select count(*) from {File("holdings")} where high_open"));
        // Microseconds, by which "since" finds what was recorded since.
        Assert.Equal(duck.One($"select count(*) from {reports}"), duck.One($"select count(*) from {reports} where recorded_at >= timestamptz '2020-01-01 00:00:00+00'"));
        Assert.Equal("0", duck.One($"select count(*) from {reports} where cast(recorded_at at time zone 'UTC' as date) <> recorded_day"));
    }

    private string File(string table) => Duck.File(exported.PathOf(table, "parquet"));

    private static void Same(List<string> expected, List<string> actual)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    private static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text => "VARCHAR",
        ColumnType.Texts => "VARCHAR[]",
        ColumnType.Whole or ColumnType.Position => "BIGINT",
        ColumnType.Flag => "BOOLEAN",
        ColumnType.Day => "DATE",
        ColumnType.Time => "TIMESTAMP WITH TIME ZONE",
        ColumnType.Amount => "DECIMAL(29,6)",
        ColumnType.EventId => "UUID",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
