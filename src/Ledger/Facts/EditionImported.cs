using System.Text.Json.Serialization;

namespace Ledger.Facts;

// Storage format, like that of the reports (EventTypes.cs): what is stored under these members is read for ever.

/// <summary>A whole edition of a source's data set was taken in, to its end. Its reports stand in the ledger before this event.</summary>
/// <param name="Feed">URI of the collection, the feed of its reports.</param>
/// <param name="Published">The day of the edition, YYYY-MM-DD.</param>
/// <param name="Rows">Sound rows.</param>
/// <param name="New">Rows that the edition before did not have.</param>
/// <param name="Changed">Rows that say something else than in the edition before.</param>
/// <param name="Unchanged">Rows that say the same.</param>
/// <param name="Delisted">Rows of the edition before that this one lacks.</param>
/// <param name="Broken">Records that could not be read.</param>
/// <param name="Numbers">Numbers of units that the sound rows state.</param>
/// <param name="Flagged">Those of them that the source marks as uncertain.</param>
/// <param name="Digest">SHA-256 of what the sound rows say, by which the same edition is known again. Null
/// where it was taken in before this was kept.</param>
public sealed record EditionImported(string Feed, string Published, int Rows, int New, int Changed, int Unchanged, int Delisted, int Broken,
    int Numbers, int Flagged, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Digest = null);
