using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Evidence;

namespace Ledger.Questions;

/// <summary>What a question about an estimate was resolved to: the three clocks, and the catalogue as it stood then.</summary>
public sealed record Basis
{
    /// <summary>Facts up to this day.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Only what sources had said by this day; null: no limit.</summary>
    public DateOnly? ReportedBy { get; init; }

    /// <summary>Only what the ledger held up to this position: nothing will ever appear at it or below.</summary>
    public required long Position { get; init; }

    /// <summary>When that position was recorded, or the time that was asked about; null before the first event.</summary>
    public DateTimeOffset? KnownAt { get; init; }

    /// <summary>The question named its knownAt: the basis stays what it is, whatever comes later.</summary>
    public bool Pinned { get; init; }

    /// <summary>asOf, method and a position were all given: the answer can never change.</summary>
    public bool Immutable { get; init; }

    /// <summary>What of the service's own settings the answer depends on, null: nothing. It is then never immutable, and its validator
    /// changes with them.</summary>
    public string? Settings { get; init; }

    /// <summary>The end of the ledger when the question was asked.</summary>
    public required long LedgerEnd { get; init; }

    public required CatalogueAt Catalogue { get; init; }

    /// <summary>What the estimator is asked with.</summary>
    public Clocks Clocks => new(AsOf, Position, ReportedBy);

    /// <summary>What evidence is read by.</summary>
    public Knowledge Knowledge => new(Position, Catalogue);
}
