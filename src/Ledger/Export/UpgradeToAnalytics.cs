using Ledger.Store;

namespace Ledger.Export;

/// <summary>The upgrade from version 5 to 6: the schema for other people's dashboards is new, and empty until the first snapshot.</summary>
public sealed class UpgradeToAnalytics : Upgrade
{
    public override int From => 5;

    public override string Summary => "views for other people's dashboards, in a schema of their own; nothing else changes.";
}
