namespace Ledger.Editions;

/// <summary>Message: continue an import after its checkpoint. Published in the transaction that set the checkpoint. A duplicate, for a part
/// that is done or an import that must wait for another, has no effect: the order of the work depends on the rows of imports, not on the
/// queue.</summary>
/// <param name="Number">Number of the import.</param>
/// <param name="Checkpoint">The last line that is done; null: the file is to be compared first.</param>
public sealed record ContinueEdition(long Number, int? Checkpoint);
