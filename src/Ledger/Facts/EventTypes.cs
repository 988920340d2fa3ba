using System.Collections.Frozen;
using Ledger.Vocabulary;

namespace Ledger.Facts;

// These types reflect the actual storage format: a member renamed here is a member lost in every event ever stored. A golden file per
// event type in the tests proves that what was stored still reads. New members may be added, absent in old events; none may go.

/// <summary>Names under which events are stored, pinned by hand so that renaming a class renames nothing in the store.</summary>
public static class EventTypes
{
    public const string PlatformDefined = "platform_defined";
    public const string PlatformAliasAdded = "platform_alias_added";
    public const string EditionImported = "edition_imported";

    /// <summary>Stored name and type of each kind of report.</summary>
    public static readonly FrozenDictionary<ReportKind, (string Name, Type Type)> Reports = new Dictionary<ReportKind, (string, Type)>
    {
        [ReportKind.Announcement] = ("announcement_reported", typeof(Announcement)),
        [ReportKind.Contract] = ("contract_reported", typeof(Contract)),
        [ReportKind.Delivery] = ("delivery_reported", typeof(Delivery)),
        [ReportKind.Milestone] = ("milestone_reported", typeof(ProductionMilestone)),
        [ReportKind.Observation] = ("observation_reported", typeof(Observation)),
        [ReportKind.Loss] = ("loss_reported", typeof(Loss)),
        [ReportKind.Retraction] = ("report_retracted", typeof(Retraction)),
        [ReportKind.Delisting] = ("report_delisted", typeof(Delisting)),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, ReportKind> Kinds =
        Reports.ToFrozenDictionary(x => x.Value.Name, x => x.Key, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Type> Types = Reports.Values
        .Concat([(PlatformDefined, typeof(Facts.PlatformDefined)), (PlatformAliasAdded, typeof(Facts.PlatformAliasAdded)),
            (EditionImported, typeof(Facts.EditionImported))])
        .ToFrozenDictionary(x => x.Item1, x => x.Item2, StringComparer.Ordinal);

    /// <summary>The kind of report that a stored event is, or null for an event of the catalogue or of an edition.</summary>
    public static ReportKind? KindOf(string eventType) => Kinds.TryGetValue(eventType, out var kind) ? kind : null;

    /// <summary>The type of a stored event, or null for a name that this program does not know.</summary>
    public static Type? TypeOf(string eventType) => Types.GetValueOrDefault(eventType);

    /// <summary>The stream of a report: one per recipient, supplier and deal. Without a deal a loss or observation goes to that of its
    /// holding, any other report to the undivided one of its supplier and platform. A deal's slug never begins with a tilde.</summary>
    public static string StreamOf(Report report) => report switch
    {
        { Deal: { } deal } => $"{report.Recipient}/{report.Supplier}/{deal}",
        Loss or Observation => $"{report.Recipient}/~/{report.Platform}",
        _ => $"{report.Recipient}/{report.Supplier}/~{report.Platform}",
    };
}
