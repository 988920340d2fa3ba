using Ledger.Catalogue;

namespace Ledger.Evidence;

/// <summary>What the ledger held at a position: which reports, and what the names of their platforms meant.</summary>
/// <param name="Position">Only reports up to here: nothing will ever appear at it or below.</param>
/// <param name="Catalogue">As it stood there.</param>
public readonly record struct Knowledge(long Position, CatalogueAt Catalogue);
