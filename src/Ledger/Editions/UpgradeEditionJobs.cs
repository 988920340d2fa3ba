using Ledger.Store;

namespace Ledger.Editions;

/// <summary>The upgrade of the data from version 4 to 5: a job of an edition keeps what was counted of its file as one value, and may be a
/// withdrawal. An import that is under way counts its file again.</summary>
public sealed class UpgradeEditionJobs : Upgrade
{
    public override int From => 4;

    public override string Summary => "jobs of editions have a kind, a form, and what was counted of their file.";

    public override IReadOnlyList<string> Drops =>
    [
        .. ((string[])["rows", "numbers", "flagged"]).Select(x => $"column {TableNames.Editions}.{x} (integer)"),
    ];
}
