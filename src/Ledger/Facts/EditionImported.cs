using System.Text.Json.Serialization;

namespace Ledger.Facts;

// Storage format, like that of the reports (EventTypes.cs): a stored member must stay readable for ever.

/// <summary>A whole edition of a source's data set was imported to its end. All its reports have lower positions than this event.</summary>
/// <param name="Feed">URI of the collection, the feed of its reports.</param>
/// <param name="Published">The day of the edition, YYYY-MM-DD.</param>
/// <param name="Rows">Count of valid rows.</param>
/// <param name="New">Count of rows that the previous edition does not have.</param>
/// <param name="Changed">Count of rows that differ from the previous edition.</param>
/// <param name="Unchanged">Count of rows that are as in the previous edition.</param>
/// <param name="Delisted">Count of rows of the previous edition that this one lacks.</param>
/// <param name="Broken">Count of records that could not be read.</param>
/// <param name="Numbers">Count of the numbers of units in the valid rows.</param>
/// <param name="Flagged">Count of those numbers that the source marks as uncertain.</param>
/// <param name="Digest">SHA-256 of the content of the valid rows, by which a repeated import of the same edition is recognised. Null in
/// events from before this member existed.</param>
public sealed record EditionImported(string Feed, string Published, int Rows, int New, int Changed, int Unchanged, int Delisted, int Broken,
    int Numbers, int Flagged, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Digest = null)
{
    /// <summary>The one stream of these events.</summary>
    public const string Stream = "editions/sipri";
}
