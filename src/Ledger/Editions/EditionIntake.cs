using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Marten;
using Wolverine.Marten;

namespace Ledger.Editions;

/// <summary>Accepts an edition, or says at once what can be told at once: whether the file is a register, of which day, and whether that
/// day can still be said.</summary>
public sealed class EditionIntake(EditionJobs jobs, IDocumentStore store, TimeProvider clock)
{
    /// <summary>Keeps the file and publishes the message of its import, in one transaction.</summary>
    /// <param name="published">The edition's day as the caller says; null: the file says it.</param>
    /// <param name="whole">The caller says that it is the whole edition, however much it lacks of the one before.</param>
    /// <param name="outbox">Of this request.</param>
    /// <returns>The import, and whether it is new: not where the same file was accepted before.</returns>
    /// <exception cref="ProblemException">409: older than the newest edition, or another file of a day that is taken; 422: no register,
    /// no day, one that is still to come, or no sound row.</exception>
    public async Task<(EditionJob Job, bool IsNew)> AcceptAsync(
        ReadOnlyMemory<byte> bytes, DateOnly? published, bool whole, Caller caller, IMartenOutbox outbox, CancellationToken cancellation)
    {
        var file = RegisterFile.Open(bytes);
        var day = DayOf(file, published);
        var now = clock.GetUtcNow();
        // A day ahead of ours it is already somewhere. Further on, every edition that comes until then would be older than this one.
        if (day > DateOnly.FromDateTime(now.UtcDateTime).AddDays(1))
        {
            throw EditionResponse.Refused("?published", "future", $"An edition of {Rfc3339.Text(day)} is still to come.");
        }

        var (rows, broken) = file.ReadAll();
        if (rows.Count == 0)
        {
            throw EditionResponse.Refused("", "noRows", $"The file has no sound row, and {broken.Count} that are broken.");
        }

        var digest = RegisterRow.DigestOf(rows);
        await using var session = store.LightweightSession();
        outbox.Enroll(session);
        var all = await jobs.ListLockedAsync(session, cancellation);
        if (Same(all, day, digest, whole) is { } there)
        {
            return (there, false);
        }

        if (all.Where(x => x.TakesItsDay && x.Published > day).Select(x => (DateOnly?)x.Published).Max() is { } newest)
        {
            throw EditionResponse.Older(day, newest);
        }

        var number = all.Count == 0 ? 1 : all.Max(x => x.Number) + 1;
        var job = new EditionJob(number, EditionResponse.IdOf(day, all.Count(x => x.Published == day)),
            RegisterReports.Feed, day, digest, whole, caller.Reporter, now, null, JobState.Queued, null, null, null, null, null);
        jobs.Add(session, job, bytes.ToArray());
        // Behind another one it waits without a message: whoever ends that one publishes its own.
        if (!all.Any(x => x.IsActive))
        {
            await outbox.PublishAsync(new ContinueEdition(job.Number, null));
        }

        // Once writing has begun, a client that goes away stops nothing.
        await session.SaveChangesAsync(CancellationToken.None);
        return (job, true);
    }

    /// <summary>Starts a failed import again, where it stopped.</summary>
    /// <returns>Null where there is none of this id.</returns>
    /// <exception cref="ProblemException">409: it has not failed, or what came after it took its place.</exception>
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

        var others = all.Where(x => x.Id != id && x.TakesItsDay).ToList();
        if (others.Where(x => x.Published > job.Published).Select(x => (DateOnly?)x.Published).Max() is { } newest)
        {
            throw EditionResponse.Older(job.Published, newest);
        }

        if (others.Find(x => x.Published == job.Published) is { } other)
        {
            throw new ProblemException(ProblemKinds.EditionHeld, $"The import {other.Id} took its place: it is {other.State}.");
        }

        EditionJobs.Restart(session, job);
        if (!all.Any(x => x.IsActive))
        {
            await outbox.PublishAsync(new ContinueEdition(job.Number, job.Checkpoint));
        }

        await session.SaveChangesAsync(CancellationToken.None);
        return job with { State = JobState.Queued, Problem = null, Ended = null };
    }

    /// <summary>The import that this file is already; null where it is a new one.</summary>
    /// <exception cref="ProblemException">409: the day is taken by other rows.</exception>
    private static EditionJob? Same(IReadOnlyList<EditionJob> all, DateOnly day, string digest, bool whole)
    {
        var taken = all.LastOrDefault(x => x.Published == day && x.TakesItsDay);
        if (taken?.Digest is { } other && other != digest)
        {
            var how = taken.State == JobState.Done ? "was taken in to its end" : $"is {taken.State} as {taken.Id}";
            throw new ProblemException(ProblemKinds.EditionHeld, $"The edition of {Rfc3339.Text(day)} {how}, and its rows said something else "
                + "than those of this file. What was stored stays: the next edition corrects it, under its own day.");
        }

        // Of an edition that came in before its digest was kept nobody can tell: it is compared once more.
        return taken is { Digest: not null } ? taken
            : all.LastOrDefault(x => x.Published == day && !x.TakesItsDay && x.Digest == digest && x.Whole == whole);
    }

    private static DateOnly DayOf(RegisterFile file, DateOnly? published)
    {
        if (file.Generated is { } generated && published is { } said && generated != said)
        {
            throw EditionResponse.Refused("?published", "otherDay",
                $"The file says that its data were generated on {Rfc3339.Text(generated)}; published says {Rfc3339.Text(said)}.");
        }

        return published ?? file.Generated ?? throw EditionResponse.Refused("?published", "required",
            "The file does not say when its data were generated: say published=YYYY-MM-DD.");
    }
}
