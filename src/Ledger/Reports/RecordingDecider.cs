using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>Decides on submissions: from the reports that were held when their batch was looked up, and those that earlier submissions of
/// the batch add. Pure: it does no I/O.</summary>
internal sealed class RecordingDecider(Dictionary<Guid, HeldReport> held, CatalogueAt catalogue, DateTimeOffset now)
{
    private readonly Dictionary<DryRun, Dictionary<Guid, HeldReport>> _dryRuns = [];

    /// <summary>The time of recording, for all reports of the batch.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>Decides a submission. Later submissions of the batch can name the reports that it adds.</summary>
    public Decision Decide(Submission submission)
    {
        var dryRun = submission.DryRun;
        // Reports of a dry run are visible to that dry run only. They are added to it when the decision is final: it may be made again.
        var target = dryRun is null ? held : AddedBy(dryRun);
        var added = new Dictionary<Guid, HeldReport>();
        var outcomes = new List<Outcome>(submission.Reports.Count);
        for (var i = 0; i < submission.Reports.Count; i++)
        {
            var decided = Decide(submission.Reports[i],
                id => added.GetValueOrDefault(id) ?? held.GetValueOrDefault(id) ?? target.GetValueOrDefault(id) ?? dryRun?.Find(id), added);
            if ((decided.Problem ?? (dryRun?.IsFull == true ? TooMany : null)) is { } problem)
            {
                var index = i;
                return new Decision([], new Dictionary<Guid, HeldReport>(), () => problem().At(index));
            }

            outcomes.Add(decided.Value!);
        }

        foreach (var (id, report) in added)
        {
            target[id] = report;
        }

        return new Decision(outcomes, added, null);
    }

    private Dictionary<Guid, HeldReport> AddedBy(DryRun dryRun)
    {
        if (!_dryRuns.TryGetValue(dryRun, out var added))
        {
            _dryRuns[dryRun] = added = [];
        }

        return added;
    }

    private Decided<Outcome> Decide(ValidReport posted, Func<Guid, HeldReport?> find, Dictionary<Guid, HeldReport> added)
    {
        if (find(posted.EventId) is { } existing)
        {
            if (existing.Digest != posted.Report.Digest || existing.Kind != posted.Report.Kind)
            {
                return new(() => IdentityTaken(posted, existing));
            }

            var pending = existing.Pending ?? new NewReport(posted.EventId, posted.Report, existing.Stream, posted.By.Reporter);
            return new(new Outcome(existing.Stored, pending, Created: false));
        }

        var completed = posted.Report is Withdrawal withdrawal ? Complete(withdrawal, posted, find) : Complete(posted.Report, posted, find);
        if (completed.Value is not var (report, stream))
        {
            return new(completed.Problem!);
        }

        if (posted.Bytes > LogEntry.AlwaysFits
            && LogEntry.BytesOf(posted.EventId, report, stream, posted.By.Reporter) is > Limits.EntryBytes and var bytes)
        {
            return new(() => LogEntry.TooLarge(bytes));
        }

        var written = new NewReport(posted.EventId, report, stream, posted.By.Reporter);
        added[posted.EventId] = new HeldReport(
            report.Kind, report.Feed!, report.Recipient!, report.Supplier!, report.Platform!, stream, report.Digest!, null, written);
        return new(new Outcome(null, written, Created: true));
    }

    /// <summary>Completes a report of a fact. The reports that it supersedes must exist and belong to the same holding.</summary>
    private Decided<Completed> Complete(Report report, ValidReport posted, Func<Guid, HeldReport?> find)
    {
        if (report.Supersedes is not { } names)
        {
            return new(new Completed(report, EventTypes.StreamOf(report)));
        }

        var replaced = new List<Guid>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            var (name, pointer) = (names[i], $"/supersedes/{i}");
            var found = Find(posted, name, pointer, find);
            if (found.Value is not var (eventId, target))
            {
                return new(found.Problem!);
            }

            if (target.Kind is ReportKind.Retraction or ReportKind.Delisting)
            {
                return NotWithdrawable(pointer, $"'{name}' is a {WordNames.Of(target.Kind)}; only reports of a fact can be superseded.");
            }

            if (OtherHolding(report, target, name, pointer) is { } other)
            {
                return new(other);
            }

            replaced.Add(eventId);
        }

        return new(new Completed(report with { SupersededEvents = [.. replaced.Distinct()] }, EventTypes.StreamOf(report)));
    }

    /// <summary>Completes a retraction or delisting with recipient, supplier, platform and stream of the report that it names.</summary>
    private Decided<Completed> Complete(Withdrawal withdrawal, ValidReport posted, Func<Guid, HeldReport?> find)
    {
        const string pointer = "/report";
        var name = withdrawal.Target!;
        var found = Find(posted, name, pointer, find);
        if (found.Value is not var (eventId, target))
        {
            return new(found.Problem!);
        }

        if (target.Kind is ReportKind.Retraction)
        {
            return NotWithdrawable(
                pointer, $"'{name}' is a retraction, which cannot be withdrawn: post the report that it retracted anew.");
        }

        if (target.Kind is ReportKind.Delisting && withdrawal is Delisting)
        {
            return NotWithdrawable(pointer, $"'{name}' is a delisting; only reports of a fact can be delisted.");
        }

        if (OtherHolding(withdrawal, target, name, pointer) is { } other)
        {
            return new(other);
        }

        if (withdrawal.Supplier is { } supplier && supplier != target.Supplier)
        {
            return new(() => new ProblemException(ProblemKinds.OtherHolding,
                $"'{name}' names {target.Supplier} as supplier, this {WordNames.Of(withdrawal.Kind)} {supplier}.")
            {
                Errors = [new ProblemError("/supplier", "otherSupplier", "A withdrawal takes its supplier from the report that it names.")],
            });
        }

        if (withdrawal is Delisting { Successor: { } successorName } delisting)
        {
            var successor = Find(posted, successorName, "/successor", find);
            if (successor.Value is not var (successorEvent, next))
            {
                return new(successor.Problem!);
            }

            if (next.Kind is ReportKind.Retraction or ReportKind.Delisting || successorEvent == eventId)
            {
                return NotWithdrawable("/successor",
                    $"'{successorName}' is not another report of a fact, under which the order could stand.");
            }

            withdrawal = delisting with { SuccessorEvent = successorEvent };
        }

        return new(new Completed(
            withdrawal with { TargetEvent = eventId, Recipient = target.Recipient, Supplier = target.Supplier, Platform = target.Platform },
            target.Stream));
    }

    private static Decided<Found> Find(ValidReport posted, string name, string pointer, Func<Guid, HeldReport?> find)
    {
        foreach (var candidate in IdentityLookup.Candidates(posted.Report.Feed!, name))
        {
            if (find(candidate) is { } target)
            {
                return posted.By.MayPostTo(target.Feed)
                    ? new(new Found(candidate, target))
                    : new(() => new ProblemException(ProblemKinds.Forbidden,
                        $"'{name}' was posted to {target.Feed}, and this key may not post there: "
                        + "it cannot correct or withdraw what stands there.")
                    { Errors = [new ProblemError(pointer, "feed", "A report in a feed that this key may not post to.")] });
            }
        }

        return new(() => new ProblemException(ProblemKinds.NotFound,
            $"There is no report '{name}': neither an id in {posted.Report.Feed} nor an event id.")
        {
            Errors = [new ProblemError(pointer, "noSuchReport", "Names no report that the ledger holds.")],
        });
    }

    /// <summary>The problem of a report that names a report of another recipient or platform; null where it does not.</summary>
    private Func<ProblemException>? OtherHolding(Report report, HeldReport target, string name, string pointer)
    {
        var recipient = report.Recipient ?? target.Recipient;
        var platform = report.Platform ?? target.Platform;
        return recipient == target.Recipient && catalogue.Resolve(platform) == catalogue.Resolve(target.Platform) ? null
            : () => new ProblemException(ProblemKinds.OtherHolding,
                $"'{name}' is of {target.Recipient} and {target.Platform}, this report of {recipient} and {platform}.")
            { Errors = [new ProblemError(pointer, "otherHolding", "A report of another recipient or platform.")] };
    }

    /// <summary>The problem of an identity that a different report has; it shows both. To be made after the transaction: a report of the
    /// same transaction has its position and time only then.</summary>
    private static ProblemException IdentityTaken(ValidReport posted, HeldReport existing)
    {
        var members = new Dictionary<string, JsonElement>
        {
            ["posted"] = JsonSerializer.SerializeToElement(posted.Report, posted.Report.GetType(), StoredJson.Options),
        };
        if ((existing.Stored ?? existing.Pending?.AsRecorded(created: false)) is { } stored)
        {
            members["stored"] = ReportJson.ToElement(stored);
        }

        return new ProblemException(ProblemKinds.IdentityTaken,
            $"Feed {posted.Report.Feed} and id '{posted.Report.Id}' name a different {WordNames.Of(existing.Kind)} already. "
            + "Post a correction under a new id, with supersedes.")
        { Extensions = members };
    }

    private static Decided<Completed> NotWithdrawable(string pointer, string detail) => new(() =>
        new ProblemException(ProblemKinds.NotWithdrawable, detail) { Errors = [new ProblemError(pointer, "notWithdrawable", detail)] });

    private static ProblemException TooMany() =>
        ProblemException.TooLarge($"A dry run remembers {Limits.DryRunReports:N0} reports. Check the file in parts.");

    /// <summary>A report, completed from the reports that it names, and its stream.</summary>
    private sealed record Completed(Report Report, string Stream);

    /// <summary>A named report.</summary>
    private sealed record Found(Guid EventId, HeldReport Report);

    /// <summary>The result of a step of a decision: a value, or a problem, which is made after the transaction.</summary>
    private readonly record struct Decided<T>(T? Value, Func<ProblemException>? Problem) where T : class
    {
        public Decided(T value) : this(value, null)
        {
        }

        public Decided(Func<ProblemException> problem) : this(null, problem)
        {
        }
    }
}
