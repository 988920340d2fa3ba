using Ledger.Store;

namespace Ledger.Evidence;

/// <summary>The upgrade of the data from version 3 to 4: slugs are made by compatibility and full case folding, and keep combining marks.
/// Existing rows are made anew from the names in the events.</summary>
public sealed class UpgradeToFoldedSlugs : Upgrade
{
    public override int From => 3;

    public override string Summary => "platforms have the slugs of their names by the new rule.";

    public override bool NeedsRebuild => true;
}
