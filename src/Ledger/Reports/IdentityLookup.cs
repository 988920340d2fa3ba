using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Store;
using Npgsql;

namespace Ledger.Reports;

/// <summary>Looks up the reports that a batch posts or names: one round trip, by the unique index of event ids.</summary>
internal sealed class IdentityLookup(CatalogueReader catalogue, LedgerClock clock)
{
    /// <summary>Takes the append lock for the transaction, then reads. As no other append can commit before this transaction ends,
    /// decisions on the result are still valid when they are written.</summary>
    public async Task<RecordingDecider> LookUpAsync(IEnumerable<ValidReport> reports, NpgsqlTransaction transaction)
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

        var held = new Dictionary<Guid, HeldReport>(wanted.Count);
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(AppendLock.Take));
        batch.BatchCommands.Add(clock.Now());
        batch.BatchCommands.Add(StoredEvents.OfIds([.. wanted]));
        batch.BatchCommands.Add(catalogue.Newer());
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            var stored = StoredEvents.Read(reader);
            if (RecordedReport.Of(stored) is { } report)
            {
                // Its row has the slug of today's rule; the event keeps the one under which it was stored.
                held[report.EventId] = new HeldReport(report.Kind, Member(report, "feed"), Member(report, "recipient"),
                    Member(report, "supplier"), reader.IsDBNull(8) ? Member(report, "platform") : reader.GetString(8), stored.Stream,
                    Member(report, "digest"), report, null);
            }
        }

        await reader.NextResultAsync();
        await catalogue.TakeAsync(reader, CancellationToken.None);
        return new RecordingDecider(held, catalogue.Latest, now);
    }

    /// <summary>The event ids that a name may mean, in order: an id in the same feed, else an event id.</summary>
    public static IEnumerable<Guid> Candidates(string feed, string name)
    {
        yield return Identity.EventId(feed, name);
        if (Guid.TryParseExact(name, "D", out var eventId))
        {
            yield return eventId;
        }
    }

    /// <summary>The names of other reports in a report.</summary>
    public static IEnumerable<string> NamesIn(Report report) => report switch
    {
        Delisting { Target: { } target, Successor: { } successor } => [target, successor],
        Withdrawal { Target: { } target } => [target],
        _ => report.Supersedes ?? [],
    };

    private static string Member(RecordedReport stored, string name) => stored.Data.GetProperty(name).GetString()!;
}
