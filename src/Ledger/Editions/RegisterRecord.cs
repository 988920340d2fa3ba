namespace Ledger.Editions;

/// <summary>The cells of a record, and what is wrong with it.</summary>
/// <param name="Cells">Of its first line, where it is broken.</param>
/// <param name="Fault">A sentence for the caller; null where it is sound.</param>
/// <param name="Certain">Number of first cells that are whole.</param>
internal sealed record RegisterRecord(string[] Cells, string? Fault, int Certain)
{
    /// <summary>The column at fault; null where the whole record is.</summary>
    public string? Column { get; init; }

    /// <summary>Nothing is in it.</summary>
    public bool IsBlank => Fault is null && Array.TrueForAll(Cells, x => x.Length == 0);
}
