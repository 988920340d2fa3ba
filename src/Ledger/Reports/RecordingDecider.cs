using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>What was held when a batch was decided, and what the batch itself has decided since. Pure: it reads nothing.</summary>
internal sealed class RecordingDecider(Dictionary<Guid, HeldReport> known, CatalogueAt catalogue, DateTimeOffset now)
{
    /// <summary>The time at which what is decided is recorded.</summary>
    public DateTimeOffset Now { get; } = now;

    private readonly Dictionary<Guid, HeldReport> _known = known;
    private readonly Dictionary<DryRun, Dictionary<Guid, HeldReport>> _supposed = [];

    /// <summary>Decides a submission, and remembers what it adds, so that a later one of the batch can name it.</summary>
    public Decision Decide(Submission submission)
    {
        var dryRun = submission.DryRun;
        // What a dry run supposes, the others do not see; and it may be decided again, so it is kept here until that is final.
        var remembered = dryRun is null ? _known : Supposed(dryRun);
        var added = new Dictionary<Guid, HeldReport>();
        var outcomes = new List<Outcome>(submission.Reports.Count);
        for (var i = 0; i < submission.Reports.Count; i++)
        {
            try
            {
                outcomes.Add(Decide(submission.Reports[i],
                    id => added.GetValueOrDefault(id) ?? _known.GetValueOrDefault(id) ?? remembered.GetValueOrDefault(id) ?? dryRun?.Find(id), added));
                if (dryRun?.IsFull == true)
                {
                    throw new ProblemException(ProblemKinds.TooLarge, $"A dry run remembers {Limits.DryRunReports:N0} reports. Check the file in parts.");
                }
            }
            catch (ProblemException refusal)
            {
                refusal.Data["index"] = i;
                return Refused(() => refusal);
            }
            catch (Clash clash)
            {
                var index = i;
                return Refused(() =>
                {
                    var refusal = clash.Problem();
                    refusal.Data["index"] = index;
                    return refusal;
                });
            }
        }

        foreach (var (id, one) in added)
        {
            remembered[id] = one;
        }

        return new Decision(outcomes, added, null);
    }

    private static Decision Refused(Func<ProblemException> refusal) => new([], new Dictionary<Guid, HeldReport>(), refusal);

    private Dictionary<Guid, HeldReport> Supposed(DryRun dryRun)
    {
        if (!_supposed.TryGetValue(dryRun, out var supposed))
        {
            _supposed[dryRun] = supposed = [];
        }

        return supposed;
    }

    private Outcome Decide(ValidReport posted, Func<Guid, HeldReport?> find, Dictionary<Guid, HeldReport> added)
    {
        if (find(posted.EventId) is { } there)
        {
            if (there.Digest != posted.Report.Digest || there.Kind != posted.Report.Kind)
            {
                throw new Clash(posted, there);
            }

            var pending = there.Pending ?? new NewReport(posted.EventId, posted.Report, there.Stream, posted.By.Reporter);
            return new Outcome(there.Stored, pending, Created: false);
        }

        var (report, stream) = posted.Report is Withdrawal withdrawal ? Complete(withdrawal, posted, find) : Complete(posted.Report, posted, find);
        if (posted.Bytes > LogEntry.AlwaysFits
            && LogEntry.BytesOf(posted.EventId, report, stream, posted.By.Reporter) is > Limits.EntryBytes and var bytes)
        {
            throw LogEntry.TooLarge(bytes);
        }

        var fresh = new NewReport(posted.EventId, report, stream, posted.By.Reporter);
        added[posted.EventId] = new HeldReport(
            report.Kind, report.Feed!, report.Recipient!, report.Supplier!, report.Platform!, stream, report.Digest!, null, fresh);
        return new Outcome(null, fresh, Created: true);
    }

    /// <summary>A report of a fact: the reports that it supersedes must be there, of the same holding.</summary>
    private (Report, string Stream) Complete(Report report, ValidReport posted, Func<Guid, HeldReport?> find)
    {
        if (report.Supersedes is not { } names)
        {
            return (report, EventTypes.StreamOf(report));
        }

        var replaced = new List<Guid>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            var (eventId, target) = Find(posted, names[i], $"/supersedes/{i}", find);
            if (target.Kind is ReportKind.Retraction or ReportKind.Delisting)
            {
                throw NotWithdrawable($"/supersedes/{i}", $"'{names[i]}' is a {WordNames.Of(target.Kind)}; only reports of a fact can be superseded.");
            }

            MustBeOfOneHolding(report, target, names[i], $"/supersedes/{i}");
            replaced.Add(eventId);
        }

        return (report with { SupersededEvents = [.. replaced.Distinct()] }, EventTypes.StreamOf(report));
    }

    /// <summary>A retraction or delisting takes recipient, supplier, platform and stream from the report that it names.</summary>
    private (Report, string Stream) Complete(Withdrawal withdrawal, ValidReport posted, Func<Guid, HeldReport?> find)
    {
        var name = withdrawal.Target!;
        var (eventId, target) = Find(posted, name, "/report", find);
        if (target.Kind is ReportKind.Retraction)
        {
            throw NotWithdrawable("/report", $"'{name}' is a retraction, which cannot be withdrawn: post the report that it retracted anew.");
        }

        if (target.Kind is ReportKind.Delisting && withdrawal is Delisting)
        {
            throw NotWithdrawable("/report", $"'{name}' is a delisting; only reports of a fact can be delisted.");
        }

        MustBeOfOneHolding(withdrawal, target, name, "/report");
        if (withdrawal.Supplier is { } supplier && supplier != target.Supplier)
        {
            throw new ProblemException(ProblemKinds.OtherHolding, $"'{name}' names {target.Supplier} as supplier, this {WordNames.Of(withdrawal.Kind)} {supplier}.")
            {
                Errors = [new ProblemError("/supplier", "otherSupplier", "A withdrawal takes its supplier from the report that it names.")],
            };
        }

        return (withdrawal with { TargetEvent = eventId, Recipient = target.Recipient, Supplier = target.Supplier, Platform = target.Platform },
            target.Stream);
    }

    private static (Guid EventId, HeldReport Target) Find(ValidReport posted, string name, string pointer, Func<Guid, HeldReport?> find)
    {
        foreach (var candidate in IdentityLookup.Candidates(posted.Report.Feed!, name))
        {
            if (find(candidate) is { } target)
            {
                return posted.By.MayPostTo(target.Feed) ? (candidate, target) : throw new ProblemException(ProblemKinds.Forbidden,
                    $"'{name}' was posted to {target.Feed}, and this key may not post there: it cannot correct or withdraw what stands there.")
                { Errors = [new ProblemError(pointer, "feed", "A report in a feed that this key may not post to.")] };
            }
        }

        throw new ProblemException(ProblemKinds.NotFound, $"There is no report '{name}': neither an id in {posted.Report.Feed} nor an event id.")
        {
            Errors = [new ProblemError(pointer, "noSuchReport", "Names no report that the ledger holds.")],
        };
    }

    private void MustBeOfOneHolding(Report report, HeldReport target, string name, string pointer)
    {
        var recipient = report.Recipient ?? target.Recipient;
        var platform = report.Platform ?? target.Platform;
        if (recipient != target.Recipient || catalogue.Resolve(platform) != catalogue.Resolve(target.Platform))
        {
            throw new ProblemException(ProblemKinds.OtherHolding,
                $"'{name}' is of {target.Recipient} and {target.Platform}, this report of {recipient} and {platform}.")
            { Errors = [new ProblemError(pointer, "otherHolding", "A report of another recipient or platform.")] };
        }
    }

    /// <summary>An identity that a different report has. The problem shows both; where the other one is of the same transaction, it has
    /// its position and time only once that is over.</summary>
    private sealed class Clash(ValidReport posted, HeldReport there) : Exception
    {
        public ProblemException Problem()
        {
            var members = new Dictionary<string, JsonElement>
            {
                ["posted"] = JsonSerializer.SerializeToElement(posted.Report, posted.Report.GetType(), StoredJson.Options),
            };
            if ((there.Stored ?? there.Pending?.AsRecorded(created: false)) is { } stored)
            {
                members["stored"] = StoredReports.ToElement(stored);
            }

            return new ProblemException(ProblemKinds.IdentityTaken,
                $"Feed {posted.Report.Feed} and id '{posted.Report.Id}' name a different {WordNames.Of(there.Kind)} already. "
                + "Post a correction under a new id, with supersedes.")
            { Extensions = members };
        }
    }

    private static ProblemException NotWithdrawable(string pointer, string detail) =>
        new(ProblemKinds.NotWithdrawable, detail) { Errors = [new ProblemError(pointer, "notWithdrawable", detail)] };
}
