using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Hosting;
using Ledger.Vocabulary;
using Npgsql;
using NpgsqlTypes;

namespace Ledger.Reports;

/// <summary>An event that the ledger holds already, as far as a decision needs it.</summary>
/// <param name="Stored">The whole event, where it is stored.</param>
/// <param name="Pending">The report, where it is decided but not yet written; null too for what a dry run only supposes.</param>
internal sealed record Known(ReportKind Kind, string Feed, string Recipient, string Supplier, string Platform, string Stream, string Digest,
    Recorded? Stored, Fresh? Pending);

/// <summary>Reads what the ledger holds of the reports that a batch posts or names: one round trip, by the unique index of event ids.</summary>
internal sealed class History(CatalogueReader catalogue, LedgerClock clock)
{
    /// <summary>Takes the append lock, and then looks: what is decided on it still holds when it is written.</summary>
    public async Task<Past> LookUpAsync(IEnumerable<Posted> reports, NpgsqlTransaction transaction)
    {
        var wanted = new HashSet<Guid>();
        foreach (var posted in reports)
        {
            wanted.Add(posted.EventId);
            foreach (var name in NamesIn(posted.Report))
            {
                wanted.UnionWith(Candidates(posted.Report.Feed!, name));
            }
        }

        var known = new Dictionary<Guid, Known>(wanted.Count);
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(AppendLock.Take));
        batch.BatchCommands.Add(clock.Now());
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"select {StoredReports.Columns} from {Storage.Schema}.mt_events e where e.id = any($1)")
        {
            Parameters = { new NpgsqlParameter { Value = wanted.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(CatalogueReader.NewerSql)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = catalogue.KnownVersion } },
        });
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            if (StoredReports.Read(reader) is { } stored)
            {
                known[stored.Recorded.EventId] = new Known(stored.Recorded.Kind, Member(stored, "feed"), Member(stored, "recipient"),
                    Member(stored, "supplier"), Member(stored, "platform"), stored.Stream, Member(stored, "digest"), stored.Recorded, null);
            }
        }

        await reader.NextResultAsync();
        await catalogue.TakeAsync(reader, CancellationToken.None);
        return new Past(known, catalogue.Latest, now);
    }

    /// <summary>A name is first an id in the same feed, else an event id.</summary>
    public static IEnumerable<Guid> Candidates(string feed, string name)
    {
        yield return Identity.EventId(feed, name);
        if (Guid.TryParseExact(name, "D", out var eventId))
        {
            yield return eventId;
        }
    }

    public static IEnumerable<string> NamesIn(Report report) =>
        report is Withdrawal { Target: { } target } ? [target] : report.Supersedes ?? [];

    private static string Member((Recorded Recorded, string Stream) stored, string name) =>
        stored.Recorded.Data.GetProperty(name).GetString()!;
}

/// <summary>What was held when a batch was decided, and what the batch itself has decided since. Pure: it reads nothing.</summary>
internal sealed class Past(Dictionary<Guid, Known> known, CatalogueAt catalogue, DateTimeOffset now)
{
    /// <summary>The time at which what is decided is recorded.</summary>
    public DateTimeOffset Now { get; } = now;

    private readonly Dictionary<Guid, Known> _known = known;
    private readonly Dictionary<DryRun, Dictionary<Guid, Known>> _supposed = [];

    /// <summary>Decides a submission, and remembers what it adds, so that a later one of the batch can name it.</summary>
    public Decision Decide(Submission submission)
    {
        var dryRun = submission.DryRun;
        // What a dry run supposes, the others do not see; and it may be decided again, so it is kept here until that is final.
        var remembered = dryRun is null ? _known : Supposed(dryRun);
        var added = new Dictionary<Guid, Known>();
        var outcomes = new List<Outcome>(submission.Reports.Count);
        for (var i = 0; i < submission.Reports.Count; i++)
        {
            try
            {
                outcomes.Add(Decide(submission.Reports[i],
                    id => added.GetValueOrDefault(id) ?? _known.GetValueOrDefault(id) ?? remembered.GetValueOrDefault(id) ?? dryRun?.Find(id), added));
                if (dryRun?.IsFull == true)
                {
                    throw new ProblemException(Problems.TooLarge, $"A dry run remembers {Limits.DryRunReports:N0} reports. Check the file in parts.");
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

    private static Decision Refused(Func<ProblemException> refusal) => new([], new Dictionary<Guid, Known>(), refusal);

    private Dictionary<Guid, Known> Supposed(DryRun dryRun)
    {
        if (!_supposed.TryGetValue(dryRun, out var supposed))
        {
            _supposed[dryRun] = supposed = [];
        }

        return supposed;
    }

    private Outcome Decide(Posted posted, Func<Guid, Known?> find, Dictionary<Guid, Known> added)
    {
        if (find(posted.EventId) is { } there)
        {
            if (there.Digest != posted.Report.Digest || there.Kind != posted.Report.Kind)
            {
                throw new Clash(posted, there);
            }

            var pending = there.Pending ?? new Fresh(posted.EventId, posted.Report, there.Stream, posted.By.Reporter);
            return new Outcome(there.Stored, pending, Created: false);
        }

        var (report, stream) = posted.Report is Withdrawal withdrawal ? Complete(withdrawal, posted, find) : Complete(posted.Report, posted, find);
        if (posted.Bytes > LogEntry.AlwaysFits
            && LogEntry.BytesOf(posted.EventId, report, stream, posted.By.Reporter) is > Limits.EntryBytes and var bytes)
        {
            throw LogEntry.TooLarge(bytes);
        }

        var fresh = new Fresh(posted.EventId, report, stream, posted.By.Reporter);
        added[posted.EventId] = new Known(
            report.Kind, report.Feed!, report.Recipient!, report.Supplier!, report.Platform!, stream, report.Digest!, null, fresh);
        return new Outcome(null, fresh, Created: true);
    }

    /// <summary>A report of a fact: the reports that it supersedes must be there, of the same holding.</summary>
    private (Report, string Stream) Complete(Report report, Posted posted, Func<Guid, Known?> find)
    {
        if (report.Supersedes is not { } names)
        {
            return (report, Facts.StreamOf(report));
        }

        var replaced = new List<Guid>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            var (eventId, target) = Find(posted, names[i], $"/supersedes/{i}", find);
            if (target.Kind is ReportKind.Retraction or ReportKind.Delisting)
            {
                throw NotWithdrawable($"/supersedes/{i}", $"'{names[i]}' is a {Words.Of(target.Kind)}; only reports of a fact can be superseded.");
            }

            MustBeOfOneHolding(report, target, names[i], $"/supersedes/{i}");
            replaced.Add(eventId);
        }

        return (report with { SupersededEvents = [.. replaced.Distinct()] }, Facts.StreamOf(report));
    }

    /// <summary>A retraction or delisting takes recipient, supplier, platform and stream from the report that it names.</summary>
    private (Report, string Stream) Complete(Withdrawal withdrawal, Posted posted, Func<Guid, Known?> find)
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
            throw new ProblemException(Problems.OtherHolding, $"'{name}' names {target.Supplier} as supplier, this {Words.Of(withdrawal.Kind)} {supplier}.")
            {
                Errors = [new ProblemError("/supplier", "otherSupplier", "A withdrawal takes its supplier from the report that it names.")],
            };
        }

        return (withdrawal with { TargetEvent = eventId, Recipient = target.Recipient, Supplier = target.Supplier, Platform = target.Platform },
            target.Stream);
    }

    private static (Guid EventId, Known Target) Find(Posted posted, string name, string pointer, Func<Guid, Known?> find)
    {
        foreach (var candidate in History.Candidates(posted.Report.Feed!, name))
        {
            if (find(candidate) is { } target)
            {
                return posted.By.MayPostTo(target.Feed) ? (candidate, target) : throw new ProblemException(Problems.Forbidden,
                    $"'{name}' was posted to {target.Feed}, and this key may not post there: it cannot correct or withdraw what stands there.")
                { Errors = [new ProblemError(pointer, "feed", "A report in a feed that this key may not post to.")] };
            }
        }

        throw new ProblemException(Problems.NotFound, $"There is no report '{name}': neither an id in {posted.Report.Feed} nor an event id.")
        {
            Errors = [new ProblemError(pointer, "noSuchReport", "Names no report that the ledger holds.")],
        };
    }

    private void MustBeOfOneHolding(Report report, Known target, string name, string pointer)
    {
        var recipient = report.Recipient ?? target.Recipient;
        var platform = report.Platform ?? target.Platform;
        if (recipient != target.Recipient || catalogue.Resolve(platform) != catalogue.Resolve(target.Platform))
        {
            throw new ProblemException(Problems.OtherHolding,
                $"'{name}' is of {target.Recipient} and {target.Platform}, this report of {recipient} and {platform}.")
            { Errors = [new ProblemError(pointer, "otherHolding", "A report of another recipient or platform.")] };
        }
    }

    /// <summary>An identity that a different report has. The problem shows both; where the other one is of the same transaction, it has
    /// its position and time only once that is over.</summary>
    private sealed class Clash(Posted posted, Known there) : Exception
    {
        public ProblemException Problem()
        {
            var members = new Dictionary<string, JsonElement>
            {
                ["posted"] = JsonSerializer.SerializeToElement(posted.Report, posted.Report.GetType(), StrictJson.Stored),
            };
            if ((there.Stored ?? there.Pending?.AsRecorded(created: false)) is { } stored)
            {
                members["stored"] = StoredReports.ToElement(stored);
            }

            return new ProblemException(Problems.IdentityTaken,
                $"Feed {posted.Report.Feed} and id '{posted.Report.Id}' name a different {Words.Of(there.Kind)} already. "
                + "Post a correction under a new id, with supersedes.")
            { Extensions = members };
        }
    }

    private static ProblemException NotWithdrawable(string pointer, string detail) =>
        new(Problems.NotWithdrawable, detail) { Errors = [new ProblemError(pointer, "notWithdrawable", detail)] };
}
