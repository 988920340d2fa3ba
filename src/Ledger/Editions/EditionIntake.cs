using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Marten;
using Wolverine.Marten;

namespace Ledger.Editions;

/// <summary>Accepts an edition after the checks that need no comparison: whether the file is a register, of which day, and whether that day
/// may still be imported.</summary>
public sealed class EditionIntake(EditionJobs jobs, IDocumentStore store, TimeProvider clock)
{
    /// <summary>Stores the file and publishes the message for its import, in one transaction.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="published">The edition's day as the request states it; null: as the file states it.</param>
    /// <param name="whole">The request states that it is the whole edition, also if it lacks much of the one before.</param>
    /// <param name="caller">Imports it.</param>
    /// <param name="outbox">Of this request.</param>
    /// <param name="cancellation">Cancels it until the write begins.</param>
    /// <returns>The import, and whether it is new: false where the same file was accepted before.</returns>
    /// <exception cref="ProblemException">409: older than the newest edition, or another file for a day that is taken; 422: not a register,
    /// no day, a day before 1900 or to come, or no valid row.</exception>
    public async Task<(EditionJob Job, bool IsNew)> AcceptAsync(
        ReadOnlyMemory<byte> bytes, DateOnly? published, bool whole, Caller caller, IMartenOutbox outbox, CancellationToken cancellation)
    {
        var file = RegisterFile.Open(bytes);
        var day = DayOf(file, published);
        var now = clock.GetUtcNow();
        // A later day would make every edition before it too old to import.
        if (day > PublishedDays.LastAt(now))
        {
            throw EditionResponse.Invalid("?published", "future", $"An edition of {Rfc3339.Text(day)} is still to come.");
        }

        if (PublishedDays.WhyNot(Rfc3339.Text(day), PublishedDays.LastAt(now)) is var (code, why))
        {
            throw EditionResponse.Invalid("?published", code, why);
        }

        var (rows, broken) = file.ReadAll();
        if (rows.Count == 0)
        {
            throw EditionResponse.Invalid("", "noRows", $"The file has no sound row, and {broken.Count} that are broken.");
        }

        var digest = RegisterRow.DigestOf(rows);
        await using var session = store.LightweightSession();
        outbox.Enroll(session);
        var all = await jobs.ListLockedAsync(session, cancellation);
        if (FindSame(all, day, digest, whole) is { } same)
        {
            return (same, false);
        }

        RefuseOlder(day, all);
        var number = all.Count == 0 ? 1 : all.Max(x => x.Number) + 1;
        var job = new EditionJob(number, EditionResponse.IdOf(day, all.Count(x => x.Published == day)),
            RegisterReports.Feed, day, digest, whole, caller.Reporter, now, null, JobState.Queued, null, null, null, null, null);
        jobs.Add(session, job, bytes.ToArray());
        // While another import is active this one waits without a message: the end of the other publishes it (EditionJobs).
        if (!all.Any(x => x.IsActive))
        {
            await outbox.PublishAsync(new ContinueEdition(job.Number, null));
        }

        // The commit is not cancelled when the client disconnects.
        await session.SaveChangesAsync(CancellationToken.None);
        return (job, true);
    }

    /// <summary>Restarts a failed import where it stopped.</summary>
    /// <returns>Null where there is none with this id.</returns>
    /// <exception cref="ProblemException">409: it has not failed, a later import took its day or a newer one, or another import is
    /// active.</exception>
    public async Task<EditionJob?> RetryAsync(string id, IMartenOutbox outbox, CancellationToken cancellation)
    {
        await using var session = store.LightweightSession();
        outbox.Enroll(session);
        var all = await jobs.ListLockedAsync(session, cancellation);
        if (all.FirstOrDefault(x => x.Id == id) is not { } job)
        {
            return null;
        }

        if (job.State != JobState.Failed)
        {
            throw new ProblemException(ProblemKinds.NotFailed, $"The import {id} is {job.State}.");
        }

        RefuseOlder(job.Published, all);
        if (all.FirstOrDefault(x => x.Id != id && x.TakesItsDay && x.Published == job.Published) is { } other)
        {
            throw new ProblemException(ProblemKinds.EditionHeld, $"The import {other.Id} took its place: it is {other.State}.");
        }

        // Imports take turns in the order of their numbers. One that came back before the active one would stop that one half-way, and
        // be compared with half an edition.
        if (all.FirstOrDefault(x => x.IsActive) is { } active)
        {
            throw new ProblemException(ProblemKinds.NotFailed,
                $"The import {active.Id} is {active.State}: {id} can be started again when that has ended.");
        }

        EditionJobs.Restart(session, job);
        await outbox.PublishAsync(new ContinueEdition(job.Number, job.Checkpoint));
        await session.SaveChangesAsync(CancellationToken.None);
        return job with { State = JobState.Queued, Problem = null, Ended = null };
    }

    /// <summary>The earlier import of the same file; null where there is none.</summary>
    /// <exception cref="ProblemException">409: the day is taken by a file with other rows.</exception>
    private static EditionJob? FindSame(IReadOnlyList<EditionJob> all, DateOnly day, string digest, bool whole)
    {
        var taken = all.LastOrDefault(x => x.Published == day && x.TakesItsDay);
        if (taken?.Digest is { } other && other != digest)
        {
            var how = taken.State == JobState.Done ? "was taken in to its end" : $"is {taken.State} as {taken.Id}";
            throw new ProblemException(ProblemKinds.EditionHeld,
                $"The edition of {Rfc3339.Text(day)} {how}, and its rows said something else than those of this file. "
                + "What was stored stays: the next edition corrects it, under its own day.");
        }

        // An edition imported before digests were stored is compared again.
        return taken is { Digest: not null } ? taken
            : all.LastOrDefault(x => x.Published == day && !x.TakesItsDay && x.Digest == digest && x.Whole == whole);
    }

    /// <exception cref="ProblemException">409: an import took a newer day.</exception>
    private static void RefuseOlder(DateOnly day, IReadOnlyList<EditionJob> all)
    {
        if (all.Where(x => x.TakesItsDay && x.Published > day).Max(x => (DateOnly?)x.Published) is { } newest)
        {
            throw EditionResponse.Older(day, newest);
        }
    }

    private static DateOnly DayOf(RegisterFile file, DateOnly? published)
    {
        if (file.Generated is { } generated && published is { } day && generated != day)
        {
            throw EditionResponse.Invalid("?published", "otherDay",
                $"The file says that its data were generated on {Rfc3339.Text(generated)}; published says {Rfc3339.Text(day)}.");
        }

        return published ?? file.Generated ?? throw EditionResponse.Invalid("?published", "required",
            "The file does not say when its data were generated: say published=YYYY-MM-DD.");
    }
}
