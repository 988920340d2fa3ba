namespace Ledger.Editions;

/// <summary>Goes on with an import behind a checkpoint. Published in the transaction that set the checkpoint. A second one for a part that
/// is done, or whose import it is not the turn of, does nothing: the order of the work rests on the rows, never on the queue.</summary>
/// <param name="Checkpoint">The last line that is done; null: the file is to be compared first.</param>
public sealed record ContinueEdition(long Number, int? Checkpoint);
