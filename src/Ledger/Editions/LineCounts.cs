namespace Ledger.Editions;

/// <summary>What the rows of an import's lines add up to.</summary>
/// <param name="Lines">Records of the file.</param>
/// <param name="Created">Reports that it recorded.</param>
/// <param name="Existing">Reports that were there already.</param>
/// <param name="Refused">Records of which nothing was recorded: broken ones, and those that a rule or the history refused.</param>
public sealed record LineCounts(int Lines, int Created, int Existing, int Refused, int New, int Changed, int Unchanged, int Delisted,
    int Broken, int Defined, int Unresolved);
