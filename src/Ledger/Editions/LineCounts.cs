namespace Ledger.Editions;

/// <summary>Counts of an import's lines.</summary>
/// <param name="Lines">Records of the file.</param>
/// <param name="Created">Reports that the import recorded.</param>
/// <param name="Existing">Reports that the ledger held already.</param>
/// <param name="Refused">Records of which nothing was recorded: broken ones, and those that break a rule or contradict the
/// ledger.</param>
/// <param name="New">Orders that the edition before does not list.</param>
/// <param name="Changed">Orders with a changed report.</param>
/// <param name="Unchanged">Orders without one.</param>
/// <param name="Delisted">Orders that this edition no longer lists.</param>
/// <param name="Broken">Records that cannot be read.</param>
/// <param name="Defined">Platforms that the import defined.</param>
/// <param name="Unresolved">Names of countries and descriptions that no table resolves.</param>
public sealed record LineCounts(int Lines, int Created, int Existing, int Refused, int New, int Changed, int Unchanged, int Delisted,
    int Broken, int Defined, int Unresolved);
