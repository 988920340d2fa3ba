using System.Text.Json;
using Ledger.Facts;

namespace Ledger.Editions;

/// <summary>States of an import, as in the API.</summary>
public static class JobState
{
    /// <summary>Accepted, not begun; another import of the feed may have to end first.</summary>
    public const string Queued = "queued";

    /// <summary>Begun.</summary>
    public const string Running = "running";

    /// <summary>Recorded to its end.</summary>
    public const string Done = "done";

    /// <summary>Ended with a problem. What was recorded stays; it can be restarted where it stopped.</summary>
    public const string Failed = "failed";

    /// <summary>Every state.</summary>
    public static readonly IReadOnlyList<string> All = [Queued, Running, Done, Failed];
}

/// <summary>An import of an edition, without its file.</summary>
/// <param name="Number">Ascending in the order of acceptance. 0: it was imported before imports were jobs.</param>
/// <param name="Id">Its id in the API.</param>
/// <param name="Feed">URI of the feed of its reports.</param>
/// <param name="Published">The edition's day.</param>
/// <param name="Digest">Of the valid rows (<see cref="RegisterRow.DigestOf"/>); null where it was imported before digests were
/// stored.</param>
/// <param name="Whole">The request stated that the file is the whole edition.</param>
/// <param name="Reporter">Name of the key that posted it.</param>
/// <param name="Accepted">When it was accepted.</param>
/// <param name="Ended">When it was done or failed; null before.</param>
/// <param name="State">Of <see cref="JobState"/>.</param>
/// <param name="Checkpoint">The last line that is done; null until the file was compared.</param>
/// <param name="Lines">Number of lines; null until the file was compared.</param>
/// <param name="Summary">A JSON object, once it is done.</param>
/// <param name="Problem">Why it failed (RFC 9457).</param>
/// <param name="Position">Position of its <see cref="EditionImported"/>.</param>
public sealed record EditionJob(
    long Number, string Id, string Feed, DateOnly Published, string? Digest, bool Whole, string? Reporter, DateTimeOffset Accepted,
    DateTimeOffset? Ended, string State, int? Checkpoint, int? Lines, JsonElement? Summary, JsonElement? Problem, long? Position)
{
    /// <summary>True where it has not ended.</summary>
    public bool IsActive => State is JobState.Queued or JobState.Running;

    /// <summary>True where it may have recorded something.</summary>
    public bool HasBegun => Checkpoint is not null;

    /// <summary>True where no other file can be imported for its day: that would contradict what it recorded, or will.</summary>
    public bool TakesItsDay => State != JobState.Failed || HasBegun;
}

/// <summary>A part of an import that was begun.</summary>
/// <param name="Number">Number of the import.</param>
/// <param name="Id">Its id in the API.</param>
/// <param name="Published">The edition's day.</param>
/// <param name="Digest">Of the valid rows (<see cref="RegisterRow.DigestOf"/>).</param>
/// <param name="Whole">The request stated that the file is the whole edition.</param>
/// <param name="Reporter">Name of the key that posted it.</param>
/// <param name="Checkpoint">The last line that is done; null until the file was compared.</param>
/// <param name="Lines">Number of lines; null until the file was compared.</param>
/// <param name="Attempt">Number of attempts at this part, this one included.</param>
/// <param name="Fault">How the attempt before ended; null where there was none, or its process was killed.</param>
/// <param name="Rows">Number of valid rows; null, like the following, until the file was compared.</param>
/// <param name="Numbers">Number of quantities in the file.</param>
/// <param name="Flagged">Those among them that are marked as uncertain.</param>
/// <param name="Unfinished">Day of an earlier edition that was begun and never ended; null where there is none.</param>
/// <param name="ComparedAt">The end of the ledger at the comparison.</param>
public sealed record BegunPart(
    long Number, string Id, DateOnly Published, string Digest, bool Whole, string Reporter, int? Checkpoint, int? Lines, int Attempt,
    string? Fault, int? Rows, int? Numbers, int? Flagged, DateOnly? Unfinished, long? ComparedAt);
