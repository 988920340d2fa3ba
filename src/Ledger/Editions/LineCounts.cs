namespace Ledger.Editions;

/// <summary>Counts of a job's lines.</summary>
/// <param name="Lines">Records of the file.</param>
/// <param name="Created">Reports that the job recorded.</param>
/// <param name="Existing">Reports that the ledger held already.</param>
/// <param name="Refused">Records of which nothing was recorded: broken ones, and those that break a rule or contradict the
/// ledger.</param>
/// <param name="Of">Count of lines by status.</param>
/// <param name="Delisted">Orders that this edition no longer lists.</param>
public sealed record LineCounts(
    int Lines, int Created, int Existing, int Refused, IReadOnlyDictionary<string, int> Of, int Delisted)
{
    /// <summary>Count of lines with a status.</summary>
    public int this[string status] => Of.GetValueOrDefault(status);
}
