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

/// <summary>Kinds of job, as in the API.</summary>
public static class JobKind
{
    /// <summary>Imports an edition.</summary>
    public const string Import = "import";

    /// <summary>Withdraws what an import recorded.</summary>
    public const string Withdrawal = "withdrawal";
}

/// <summary>What a job was asked to do.</summary>
/// <param name="Kind">Of <see cref="JobKind"/>.</param>
/// <param name="Form">Form of the file; of the withdrawn one, for a withdrawal.</param>
/// <param name="Published">The edition's day.</param>
/// <param name="File">Number of the file among those of its day and form, of which the earlier ones were withdrawn; from 1.</param>
/// <param name="Digest">Of the valid rows (<see cref="RegisterRow.DigestOf"/>); null where it was imported before digests were stored, and
/// for a withdrawal.</param>
/// <param name="IsWhole">The request stated that the file is the whole edition.</param>
/// <param name="IsSelection">The request stated that the file is a selection, of which absence says nothing.</param>
/// <param name="InheritsFlags">A number equal to the edition before's keeps its mark of doubt.</param>
/// <param name="Reason">Why an edition is withdrawn; null for an import.</param>
public sealed record JobRequest(
    string Kind, RegisterForm Form, DateOnly Published, int File, string? Digest, bool IsWhole, bool IsSelection, bool InheritsFlags,
    string? Reason)
{
    /// <summary>True for an import of the same file, asked for in the same way.</summary>
    public bool IsSameAs(JobRequest other) => this with { File = 0, Reason = null } == other with { File = 0, Reason = null };
}

/// <summary>A job of an edition, without its file.</summary>
/// <param name="Number">Ascending in the order of acceptance. 0: it was imported before imports were jobs.</param>
/// <param name="Id">Its id in the API.</param>
/// <param name="Feed">URI of the feed of its reports.</param>
/// <param name="Request">What it was asked to do.</param>
/// <param name="Reporter">Name of the key that posted it.</param>
/// <param name="Accepted">When it was accepted.</param>
/// <param name="Ended">When it was done or failed; null before.</param>
/// <param name="State">Of <see cref="JobState"/>.</param>
/// <param name="Checkpoint">The last line that is done; null until the file was compared.</param>
/// <param name="Lines">Number of lines; null until the file was compared.</param>
/// <param name="Summary">A JSON object, once it is done.</param>
/// <param name="Problem">Why it failed (RFC 9457).</param>
/// <param name="Position">Position of its event at the end.</param>
/// <param name="WithdrawnBy">Number of the job that withdrew it; null where it stands.</param>
/// <param name="HasFile">Its file is kept: it can be started again.</param>
public sealed record EditionJob(
    long Number, string Id, string Feed, JobRequest Request, string? Reporter, DateTimeOffset Accepted,
    DateTimeOffset? Ended, string State, int? Checkpoint, int? Lines, JsonElement? Summary, JsonElement? Problem, long? Position,
    long? WithdrawnBy, bool HasFile)
{
    /// <summary>The edition's day.</summary>
    public DateOnly Published => Request.Published;

    /// <summary>True where it has not ended.</summary>
    public bool IsActive => State is JobState.Queued or JobState.Running;

    /// <summary>True for an import.</summary>
    public bool IsImport => Request.Kind == JobKind.Import;

    /// <summary>True where it may have recorded something.</summary>
    public bool HasBegun => Checkpoint is not null;

    /// <summary>True where no other file of its form can be imported for its day: that would contradict what it recorded, or
    /// will.</summary>
    public bool TakesItsDay => IsImport && WithdrawnBy is null && (State != JobState.Failed || HasBegun);
}

/// <summary>A part of a job that was begun.</summary>
/// <param name="Number">Number of the job.</param>
/// <param name="Id">Its id in the API.</param>
/// <param name="Request">What it was asked to do.</param>
/// <param name="Reporter">Name of the key that posted it.</param>
/// <param name="Checkpoint">The last line that is done; null until the file was compared.</param>
/// <param name="Lines">Number of lines; null until the file was compared.</param>
/// <param name="Attempt">Number of attempts at this part, this one included.</param>
/// <param name="Fault">How the attempt before ended; null where there was none, or its process was killed.</param>
/// <param name="Counted">What the comparison counted of the file: the event at the end without the counts of lines; null until the file was
/// compared, and for a withdrawal.</param>
/// <param name="Unfinished">Day of an earlier edition that was begun and never ended; null where there is none.</param>
/// <param name="ComparedAt">The end of the ledger at the comparison.</param>
public sealed record BegunPart(
    long Number, string Id, JobRequest Request, string Reporter, int? Checkpoint, int? Lines, int Attempt,
    string? Fault, EditionImported? Counted, DateOnly? Unfinished, long? ComparedAt)
{
    /// <summary>The edition's day.</summary>
    public DateOnly Published => Request.Published;
}
