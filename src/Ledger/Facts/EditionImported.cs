using System.Text.Json.Serialization;

namespace Ledger.Facts;

// Storage format, like that of the reports (EventTypes.cs): a stored member must stay readable for ever.

/// <summary>An edition of a source's data set was imported to its end. All its reports have lower positions than this event.</summary>
/// <param name="Feed">URI of the collection, the feed of its reports.</param>
/// <param name="Published">The day of the edition, YYYY-MM-DD.</param>
/// <param name="Rows">Count of valid rows.</param>
/// <param name="New">Count of rows that the previous edition does not have.</param>
/// <param name="Changed">Count of rows that differ from the previous edition, and none of the kinds that follow.</param>
/// <param name="Unchanged">Count of rows that are as in the previous edition.</param>
/// <param name="Delisted">Count of orders of the previous edition that this one lacks, and under no other name.</param>
/// <param name="Broken">Count of records that could not be read.</param>
/// <param name="Numbers">Count of the numbers of units in the valid rows.</param>
/// <param name="Flagged">Count of those numbers that the source marks as uncertain.</param>
/// <param name="Digest">SHA-256 of the content of the valid rows, by which a repeated import of the same edition is recognised. Null in
/// events from before this member existed.</param>
public sealed record EditionImported(string Feed, string Published, int Rows, int New, int Changed, int Unchanged, int Delisted, int Broken,
    int Numbers, int Flagged, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Digest = null)
{
    /// <summary>The one stream of these events, and of <see cref="EditionWithdrawn"/>.</summary>
    public const string Stream = "editions/sipri";

    /// <summary><see cref="Form"/> of a file with one line per order and year of delivery.</summary>
    public const string FormOfYears = "years";

    /// <summary>The form of the file; absent: one row per order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Form { get; init; }

    /// <summary>The file is a selection, of which absence says nothing; absent: it is whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Selection { get; init; }

    /// <summary>Number of the file among those of its day, where an earlier one was withdrawn; absent: the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? File { get; init; }

    /// <summary>Count of orders of which more was delivered than before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Grown { get; init; }

    /// <summary>Count of orders whose year of order moved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Moved { get; init; }

    /// <summary>Count of orders that stood under another platform, supplier or recipient.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Renamed { get; init; }

    /// <summary>Count of orders that stay listed because a broken record may be theirs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Undecided { get; init; }

    /// <summary>Count of orders of which nothing was delivered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Undelivered { get; init; }

    /// <summary>How many years of order, numbers ordered and numbers delivered there are, and how many are marked as uncertain: three
    /// pairs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MarkCount>? Marks { get; init; }

    /// <summary>Whether the file has one line per order and year of delivery.</summary>
    [JsonIgnore]
    public bool IsOfYears => Form == FormOfYears;
}

/// <summary>How many figures a column has, and how many of them the source marks as uncertain.</summary>
/// <param name="Of">Figures.</param>
/// <param name="Marked">Those that are marked.</param>
public sealed record MarkCount(int Of, int Marked);

/// <summary>What an edition recorded was withdrawn: every report of it is retracted, at lower positions than this event.</summary>
/// <param name="Feed">URI of the collection.</param>
/// <param name="Published">The day of the edition, YYYY-MM-DD.</param>
/// <param name="Reason">Why, in free text.</param>
/// <param name="Reports">Count of the reports that were retracted.</param>
public sealed record EditionWithdrawn(string Feed, string Published, string Reason, int Reports)
{
    /// <summary>The form of the file; absent: one row per order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Form { get; init; }

    /// <summary>Number of the file among those of its day; absent: the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? File { get; init; }

    /// <summary>Whether this withdraws an edition.</summary>
    public bool IsOf(EditionImported edition) =>
        (Feed, Published, Form, File ?? 1) == (edition.Feed, edition.Published, edition.Form, edition.File ?? 1);
}
