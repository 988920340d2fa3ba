using System.Collections.Frozen;
using Ledger.Vocabulary;

namespace Ledger.Facts;

// These types are the storage format: renaming a member would lose it in every stored event. A golden file per event type in the tests
// proves that stored events still read. Members may be added, absent in old events; none may be removed.

/// <summary>Names under which events are stored, fixed here so that renaming a class does not change the store.</summary>
public static class EventTypes
{
    /// <summary>Stored name of <see cref="Facts.PlatformDefined"/>.</summary>
    public const string PlatformDefined = "platform_defined";

    /// <summary>Stored name of <see cref="Facts.PlatformAliasAdded"/>.</summary>
    public const string PlatformAliasAdded = "platform_alias_added";

    /// <summary>Stored name of <see cref="Facts.EditionImported"/>.</summary>
    public const string EditionImported = "edition_imported";

    /// <summary>Stored name of <see cref="Facts.EditionWithdrawn"/>.</summary>
    public const string EditionWithdrawn = "edition_withdrawn";

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
            (EditionImported, typeof(Facts.EditionImported)), (EditionWithdrawn, typeof(Facts.EditionWithdrawn))])
        .ToFrozenDictionary(x => x.Item1, x => x.Item2, StringComparer.Ordinal);

    /// <summary>The kind of report of a stored event; null for an event of the catalogue or of an edition.</summary>
    public static ReportKind? KindOf(string eventType) => Kinds.TryGetValue(eventType, out var kind) ? kind : null;

    /// <summary>The type of a stored event; null for a name that this build does not know.</summary>
    public static Type? TypeOf(string eventType) => Types.GetValueOrDefault(eventType);

    /// <summary>The stream of a report: one per recipient, supplier and deal. Without a deal, a loss or observation goes to the
    /// stream of its holding, any other report to that of its supplier and platform. No deal's slug begins with a tilde.</summary>
    public static string StreamOf(Report report) => report switch
    {
        { Deal: { } deal } => $"{report.Recipient}/{report.Supplier}/{deal}",
        Loss or Observation => $"{report.Recipient}/~/{report.Platform}",
        _ => $"{report.Recipient}/{report.Supplier}/~{report.Platform}",
    };
}
