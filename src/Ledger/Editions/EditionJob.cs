using System.Text.Json;
using Ledger.Facts;

namespace Ledger.Editions;

/// <summary>How far an import has come.</summary>
public static class JobState
{
    /// <summary>Accepted; another import of the feed comes first, or it has not begun.</summary>
    public const string Queued = "queued";

    /// <summary>Begun.</summary>
    public const string Running = "running";

    /// <summary>Recorded to its end.</summary>
    public const string Done = "done";

    /// <summary>Stopped, with a problem; what was recorded stays, and it can be started again where it stopped.</summary>
    public const string Failed = "failed";

    public static readonly IReadOnlyList<string> All = [Queued, Running, Done, Failed];
}

/// <summary>An import of an edition, without its file.</summary>
/// <param name="Number">Rises in the order of acceptance. 0: it was imported before imports were jobs.</param>
/// <param name="Id">Its name in the API.</param>
/// <param name="Digest">Of the sound rows (<see cref="RegisterRow.DigestOf"/>); null where it was imported before that was kept.</param>
/// <param name="Whole">The caller said that the file is the whole edition.</param>
/// <param name="Checkpoint">The last line that is done; null until it was compared.</param>
/// <param name="Lines">In all; null until it was compared.</param>
/// <param name="Summary">A JSON object, once it is done.</param>
/// <param name="Problem">Why it failed (RFC 9457).</param>
/// <param name="Position">Of its <see cref="EditionImported"/>.</param>
public sealed record EditionJob(
    long Number, string Id, string Feed, DateOnly Published, string? Digest, bool Whole, string? Reporter, DateTimeOffset Accepted,
    DateTimeOffset? Ended, string State, int? Checkpoint, int? Lines, JsonElement? Summary, JsonElement? Problem, long? Position)
{
    public bool IsActive => State is JobState.Queued or JobState.Running;

    /// <summary>It has recorded something, or may have.</summary>
    public bool HasBegun => Checkpoint is not null;

    /// <summary>Its day is taken: other rows of this day would rewrite what it said.</summary>
    public bool TakesItsDay => State != JobState.Failed || HasBegun;
}

/// <summary>A part of an import that a message has begun.</summary>
/// <param name="Attempt">How often this part was begun, this time included.</param>
/// <param name="Fault">How the attempt before ended; null where there was none, or its process ended with it.</param>
/// <param name="Rows">Sound rows; null, like what follows, until the file was compared.</param>
/// <param name="ComparedAt">The ledger's end when it was.</param>
public sealed record BegunPart(
    long Number, string Id, DateOnly Published, string Digest, bool Whole, string Reporter, int? Checkpoint, int? Lines, int Attempt,
    string? Fault, int? Rows, int? Numbers, int? Flagged, DateOnly? Unfinished, long? ComparedAt);
