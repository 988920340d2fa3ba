using Ledger.Store;

namespace Ledger.Evidence;

/// <summary>The upgrade of the data from version 2 to 3: a row of evidence also tells the successor of a delisting and the cause of a loss,
/// and a month or a year of publication counts by its last day. Existing rows are made anew from the events.</summary>
public sealed class UpgradeToMethodTwo : Upgrade
{
    public override int From => 2;

    public override string Summary => "evidence tells successors of delistings and causes of losses.";

    public override bool NeedsRebuild => true;
}
