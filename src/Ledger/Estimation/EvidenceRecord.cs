using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>One report, reduced to what an estimate needs of it. Immutable; one per event; the estimator's only input.</summary>
public sealed record EvidenceRecord
{
    /// <summary>The store's global sequence; reports are ordered by it.</summary>
    public required long Position { get; init; }

    /// <summary>UUID v5 of feed and id.</summary>
    public required Guid EventId { get; init; }

    public required ReportKind Kind { get; init; }

    /// <summary>When the ledger stored it, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The day that the source was published, if the report gives it.</summary>
    public DateOnly? Published { get; init; }

    public required string Publisher { get; init; }

    /// <summary>Code of the supplier, <c>x-unknown</c> where the source named none.</summary>
    public required string Supplier { get; init; }

    /// <summary>Slug of the deal. Null: the report is about all that supplier's deals in this platform.</summary>
    public string? Deal { get; init; }

    /// <summary>Slug of the lot. Null: the report states a running total of its whole deal.</summary>
    public string? Lot { get; init; }

    public required Quantity Quantity { get; init; }

    /// <summary>Window of <c>occurred</c>; null where the report gave none, and its reported day stands for it.</summary>
    public Window? Occurred { get; init; }

    /// <summary>Window of a contract's <c>due</c>.</summary>
    public Window? Due { get; init; }

    public required Grade Grade { get; init; }

    public Role Role { get; init; } = Role.Transfer;

    /// <summary>Key of the original utterance; null: its own origin.</summary>
    public string? Origin { get; init; }

    /// <summary>The kind of milestone; null for other kinds of report.</summary>
    public Milestone? Milestone { get; init; }

    /// <summary>A contract report that says the order was cancelled.</summary>
    public bool Cancelled { get; init; }

    /// <summary>A contract report that says the units are made under licence.</summary>
    public bool LicensedProduction { get; init; }

    /// <summary>An observation that states an inventory.</summary>
    public bool Inventory { get; init; }

    /// <summary>How units were lost; null where the report does not say. No estimate depends on it.</summary>
    public LossCause? Cause { get; init; }

    /// <summary>Code of the receiver of units that a loss reports as passed on. No estimate depends on it.</summary>
    public string? To { get; init; }

    /// <summary>Units a year that a milestone declares as output: a capacity, not a count. It bounds what a line that runs can have
    /// made (METHOD.md §4).</summary>
    public long? RateAYear { get; init; }

    /// <summary>The reports that this one replaces.</summary>
    public IReadOnlyList<Guid> Supersedes { get; init; } = [];

    /// <summary>The report that a retraction or delisting names.</summary>
    public Guid? Target { get; init; }

    /// <summary>The report under which the publisher of a delisting lists the same order from now on.</summary>
    public Guid? Successor { get; init; }
}
