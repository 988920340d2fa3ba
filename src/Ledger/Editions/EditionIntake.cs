using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Marten;
using Wolverine.Marten;

namespace Ledger.Editions;

/// <summary>Accepts an edition after the checks that need no comparison: whether the file is a register, of which day, and whether that day
/// may still be imported.</summary>
public sealed class EditionIntake(EditionJobs jobs, EditionsHeld editions, IDocumentStore store, TimeProvider clock)
{
    /// <summary>Stores the file and publishes the message for its import, in one transaction.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="published">The edition's day as the request states it; null: as the file states it.</param>
    /// <param name="stated">What the request states of the file.</param>
    /// <param name="caller">Imports it.</param>
    /// <param name="outbox">Of this request.</param>
    /// <param name="cancellation">Cancels it until the write begins.</param>
    /// <returns>The import, and whether it is new: false where the same file was accepted before.</returns>
    /// <exception cref="ProblemException">409: older than the newest edition, or another file for a day that is taken; 422: not a register,
    /// a selection, lost marks, no day, a day before 1900 or to come, or no valid row.</exception>
    public async Task<(EditionJob Job, bool IsNew)> AcceptAsync(
        ReadOnlyMemory<byte> bytes, DateOnly? published, StatedFile stated, Caller caller, IMartenOutbox outbox,
        CancellationToken cancellation)
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

        var request = new JobRequest(
            JobKind.Import, file.Form, day, 1, null, stated.IsWhole, stated.IsSelection, stated.InheritsFlags, null);
        var (counted, broken) = Count(file, ref request);
        if (counted.Rows == 0)
        {
            throw EditionResponse.Invalid("", "noRows", $"The file has no sound row, and {broken} that are broken.");
        }

        await using var session = store.LightweightSession();
        outbox.Enroll(session);
        var all = await jobs.ListLockedAsync(session, cancellation);
        if (FindSame(all, request) is { } same)
        {
            return (same, false);
        }

        RefuseOlder(request, all);
        // Compared with half an edition it would say what is not so.
        if (all.LastOrDefault(x => !x.IsImport && x.Request.Form == request.Form && (x.IsActive || x.State == JobState.Failed)
            && all.Any(y => y.TakesItsDay && IsOfDay(y, x.Request))) is { } half)
        {
            throw new ProblemException(ProblemKinds.EditionHeld, half.IsActive
                ? $"The withdrawal {half.Id} is {half.State}: send the file again when it has ended."
                : $"The withdrawal {half.Id} failed half-way: post it again first (POST /v1/editions/sipri/withdrawals).");
        }

        // What can be told now is told now; an edition before that is still being imported is compared later.
        EditionChecks.Refuse(request, file.Scope, counted,
            EditionsHeld.Before(await editions.ListAsync(cancellation), file.Form, day));
        request = request with { File = 1 + all.Count(x => !x.IsImport && x.State == JobState.Done && IsOfDay(x, request)) };
        var job = NewJob(all, request, caller, now);
        EditionJobs.Add(session, job, bytes.ToArray());
        await PublishAsync(all, job, outbox);
        // The commit is not cancelled when the client disconnects.
        await session.SaveChangesAsync(CancellationToken.None);
        return (job, true);
    }

    /// <summary>Accepts the withdrawal of the newest edition of its form: its job retracts what that recorded.</summary>
    /// <param name="published">The edition's day.</param>
    /// <param name="form">Its form; null where only one edition is of that day.</param>
    /// <param name="reason">Why.</param>
    /// <param name="caller">Withdraws it.</param>
    /// <param name="outbox">Of this request.</param>
    /// <param name="cancellation">Cancels it until the write begins.</param>
    /// <returns>The job, and whether it is new.</returns>
    /// <exception cref="ProblemException">404: there is no edition of that day; 409: it is not the newest.</exception>
    public async Task<(EditionJob Job, bool IsNew)> WithdrawAsync(
        DateOnly published, RegisterForm? form, string reason, Caller caller, IMartenOutbox outbox, CancellationToken cancellation)
    {
        await using var session = store.LightweightSession();
        outbox.Enroll(session);
        var all = await jobs.ListLockedAsync(session, cancellation);
        bool IsAsked(EditionJob job) => job.Published == published && (form is null || job.Request.Form == form);
        if (all.LastOrDefault(x => !x.IsImport && x.IsActive && IsAsked(x)) is { } underWay)
        {
            return (underWay, false);
        }

        var ofDay = all.Where(x => x.TakesItsDay && IsAsked(x)).ToList();
        if (ofDay.Select(x => x.Request.Form).Distinct().Count() > 1)
        {
            throw EditionResponse.Invalid("/form", "required",
                $"Two editions of {Rfc3339.Text(published)} are held, of both forms: say which, orders or years.");
        }

        if (ofDay is not [.., var edition])
        {
            // Asked again, after the answer was lost.
            if (all.LastOrDefault(x => !x.IsImport && x.State == JobState.Done && IsAsked(x)) is { } before)
            {
                return (before, false);
            }

            throw new ProblemException(ProblemKinds.NotFound,
                $"The ledger holds no edition of {Rfc3339.Text(published)}; /v1/editions lists those that it holds.");
        }

        if (all.Where(x => x.TakesItsDay && x.Request.Form == edition.Request.Form && x.Published > published)
            .MaxBy(x => x.Published) is { } newer)
        {
            throw new ProblemException(ProblemKinds.NotNewest,
                $"The edition of {Rfc3339.Text(newer.Published)} is newer and was compared with that of {Rfc3339.Text(published)}: "
                + "withdraw the newer one first.");
        }

        var request = edition.Request with
        {
            Kind = JobKind.Withdrawal,
            Digest = null,
            IsWhole = false,
            IsSelection = false,
            InheritsFlags = false,
            Reason = reason,
        };
        var job = NewJob(all, request, caller, clock.GetUtcNow());
        EditionJobs.Add(session, job, []);
        await PublishAsync(all, job, outbox);
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

        if (job.WithdrawnBy is not null || (job.IsImport && !job.HasFile)
            || (!job.IsImport && !all.Any(x => x.TakesItsDay && IsOfDay(x, job.Request))))
        {
            throw new ProblemException(ProblemKinds.NotFailed,
                $"{id} cannot be started again: what it was about has been withdrawn, or a later job took its place.");
        }

        RefuseOlder(job.Request, all);
        if (job.IsImport && all.FirstOrDefault(x => x.Id != id && x.TakesItsDay && IsOfDay(x, job.Request)) is { } other)
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

    private static (EditionImported Counted, int Broken) Count(RegisterFile file, ref JobRequest request)
    {
        if (file.Form is RegisterForm.Years)
        {
            var (years, unread) = file.ReadYears();
            request = request with { Digest = YearRow.DigestOf(years) };
            return (EditionCounts.Of(request, years), unread.Count);
        }

        var (rows, broken) = file.ReadAll();
        request = request with { Digest = RegisterRow.DigestOf(rows) };
        return (EditionCounts.Of(request, rows), broken.Count);
    }

    private static EditionJob NewJob(IReadOnlyList<EditionJob> all, JobRequest request, Caller caller, DateTimeOffset now) => new(
        all.Count == 0 ? 1 : all.Max(x => x.Number) + 1,
        EditionResponse.IdOf(request, all.Count(x => IsOfDay(x, request) && x.Request.Kind == request.Kind)), RegisterReports.Feed, request,
        caller.Reporter, now, null, JobState.Queued, null, null, null, null, null, null,
        request.Kind == JobKind.Import);

    /// <summary>While another job is active this one waits without a message: the end of the other publishes it (EditionJobs).</summary>
    private static ValueTask PublishAsync(IReadOnlyList<EditionJob> all, EditionJob job, IMartenOutbox outbox) =>
        all.Any(x => x.IsActive) ? ValueTask.CompletedTask : outbox.PublishAsync(new ContinueEdition(job.Number, null));

    private static bool IsOfDay(EditionJob job, JobRequest request) =>
        job.Published == request.Published && job.Request.Form == request.Form;

    /// <summary>The earlier import of the same file; null where there is none.</summary>
    /// <exception cref="ProblemException">409: the day is taken by a file with other rows.</exception>
    private static EditionJob? FindSame(IReadOnlyList<EditionJob> all, JobRequest request)
    {
        var taken = all.LastOrDefault(x => IsOfDay(x, request) && x.TakesItsDay);
        if (taken is not null && taken.Request.Digest != request.Digest)
        {
            var how = taken.State == JobState.Done ? "was taken in to its end" : $"is {taken.State} as {taken.Id}";
            var said = taken.Request.Digest is null
                ? "what its rows said was not kept then" : "its rows said something else than those of this file";
            throw new ProblemException(ProblemKinds.EditionHeld,
                $"The edition of {Rfc3339.Text(request.Published)} {how}, and {said}. "
                + "What was stored stays: the next edition corrects it, under its own day. If it was the wrong file, withdraw it "
                + "(POST /v1/editions/sipri/withdrawals): then its day is free.");
        }

        return taken ?? all.LastOrDefault(x =>
            x.IsImport && x.WithdrawnBy is null && !x.TakesItsDay && x.HasFile && x.Request.IsSameAs(request));
    }

    /// <exception cref="ProblemException">409: an import took a newer day.</exception>
    private static void RefuseOlder(JobRequest request, IReadOnlyList<EditionJob> all)
    {
        if (all.Where(x => x.TakesItsDay && x.Request.Form == request.Form && x.Published > request.Published)
            .Max(x => (DateOnly?)x.Published) is { } newest)
        {
            throw EditionResponse.Older(request.Published, newest);
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

/// <summary>What a request states of its file.</summary>
/// <param name="IsWhole">It is the whole edition, also if it lacks much of the one before.</param>
/// <param name="IsSelection">It is a selection: what it lacks may be listed all the same.</param>
/// <param name="InheritsFlags">A number equal to the edition before's keeps its mark of doubt.</param>
public sealed record StatedFile(bool IsWhole, bool IsSelection, bool InheritsFlags);
