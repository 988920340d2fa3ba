namespace Ledger.Estimation;

/// <summary>The credible, closed inventories of a holding that are in effect for low, held against its books (METHOD.md §6).</summary>
/// <param name="reports">The reports of the holding.</param>
/// <param name="asOf">The day of the estimate.</param>
internal sealed class Inventories(HoldingReports reports, DateOnly asOf)
{
    private readonly List<Claim> _inventories = reports.Observations.FindAll(observation =>
        observation.Report.Inventory && observation.InEffectForLow(asOf) && observation.Stated.Hi is not null);

    /// <summary>Whether one states fewer units than low of its day.</summary>
    public bool Contradict() => _inventories.Exists(IsTooSmall);

    /// <summary>Those that do.</summary>
    public List<Claim> TooSmall() => _inventories.FindAll(IsTooSmall);

    private bool IsTooSmall(Claim inventory) => inventory.Stated.Hi < Then(inventory).Books.Low;

    /// <summary>The stock count that writes off: the newest that points or states fewer units than low of its day, if it does the latter;
    /// else null.</summary>
    public StockCount? WritingOff()
    {
        Claim? newest = null;
        foreach (var inventory in _inventories)
        {
            if ((inventory.Points || IsTooSmall(inventory)) && IsNewer(inventory, newest))
            {
                newest = inventory;
            }
        }

        if (newest is null)
        {
            return null;
        }

        var (day, books) = Then(newest);
        return newest.Stated.Hi < books.Low ? new StockCount(newest, day, books.Low - newest.Stated.Lo) : null;
    }

    private static bool IsNewer(Claim one, Claim? other) => other is null || one.When.Latest > other.When.Latest
        || (one.When.Latest == other.When.Latest && Claim.CompareRank(one, other) < 0);

    /// <summary>The day against which an inventory is held, and the books of that day: its latest or its earliest, whichever has the
    /// smaller low, of equal ones the latest. By method 1 its latest.</summary>
    private (DateOnly Day, Books Books) Then(Claim inventory)
    {
        var (earliest, latest) = (inventory.When.Earliest, inventory.When.Latest);
        return reports.Method.StockCountsWriteOff && reports.BooksAt(earliest).Low < reports.BooksAt(latest).Low
            ? (earliest, reports.BooksAt(earliest))
            : (latest, reports.BooksAt(latest));
    }
}

/// <summary>A stock count that states fewer units than there surely were.</summary>
/// <param name="Count">The inventory.</param>
/// <param name="Then">The day against whose books it is held.</param>
/// <param name="MissingLow">Units of low of that day that are not in it.</param>
internal sealed record StockCount(Claim Count, DateOnly Then, long MissingLow);
