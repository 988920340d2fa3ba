using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Evidence;

namespace Ledger.Questions;

/// <summary>The resolved clocks of a question (DOMAIN.md, Three clocks), and the catalogue at its position.</summary>
public sealed record Basis
{
    /// <summary>Facts up to this day.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Only reports whose reported day is not after this day; null: no limit.</summary>
    public DateOnly? ReportedBy { get; init; }

    /// <summary>Only events up to this position. No event is ever added at or below it.</summary>
    public required long Position { get; init; }

    /// <summary>When that position was recorded, or the time that was asked for; null before the first event.</summary>
    public DateTimeOffset? KnownAt { get; init; }

    /// <summary>Whether the question gave its knownAt: then the basis does not change with later events.</summary>
    public bool Pinned { get; init; }

    /// <summary>Whether asOf, method and a position were all given: then the answer never changes.</summary>
    public bool Immutable { get; init; }

    /// <summary>The settings of the service on which the answer depends; null: none. With settings it is never immutable, and its validator
    /// depends on them.</summary>
    public string? Settings { get; init; }

    /// <summary>The end of the ledger when the question was asked.</summary>
    public required long LedgerEnd { get; init; }

    /// <summary>Which read model was there: another after a rebuild (<see cref="EvidenceReader.IdentitySql"/>). No part of the
    /// answer.</summary>
    public long ReadModel { get; init; }

    /// <summary>The catalogue at <see cref="Position"/>.</summary>
    public required CatalogueAt Catalogue { get; init; }

    /// <summary>The method of estimation.</summary>
    public required Method Method { get; init; }

    /// <summary>The clocks for the estimator.</summary>
    public Clocks Clocks => new(AsOf, Position, ReportedBy, Method);

    /// <summary>The state of knowledge for reading evidence.</summary>
    public Knowledge Knowledge => new(Position, Catalogue);
}
