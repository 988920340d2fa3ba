using Ledger.Catalogue;

namespace Ledger.Evidence;

/// <summary>The state of the ledger at a position: its reports, and the catalogue that resolves their platforms.</summary>
/// <param name="Position">Only reports up to this position. No event is ever added at or below it.</param>
/// <param name="Catalogue">The catalogue at this position.</param>
public readonly record struct Knowledge(long Position, CatalogueAt Catalogue);
