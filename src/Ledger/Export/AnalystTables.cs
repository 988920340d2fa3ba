namespace Ledger.Export;

/// <summary>The tables for analysts.</summary>
public static class AnalystTables
{
    /// <summary>All of them, in the order of a workbook's sheets.</summary>
    public static readonly IReadOnlyList<Table> All =
        [new HoldingsTable(), new HoldingsByYearTable(), new DealsTable(), new FlowsTable(), new ReportsTable(), new ChangesTable()];

    /// <summary>The first year of tables that go by year, where none is given.</summary>
    public const int FirstYear = 2000;

    /// <summary>The most years of a table that goes by year.</summary>
    public const int MostYears = 200;

    /// <summary>The table of an address; null: there is none.</summary>
    public static Table? Find(string slug) => All.FirstOrDefault(x => x.Slug == slug);
}
