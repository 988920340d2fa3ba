using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Store;
using Npgsql;

namespace Ledger.Reports;

/// <summary>Reads what the ledger holds of the reports that a batch posts or names: one round trip, by the unique index of event ids.</summary>
internal sealed class IdentityLookup(CatalogueReader catalogue, LedgerClock clock)
{
    /// <summary>Takes the append lock, and then looks: what is decided on it still holds when it is written.</summary>
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

        var known = new Dictionary<Guid, HeldReport>(wanted.Count);
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
                known[report.EventId] = new HeldReport(report.Kind, Member(report, "feed"), Member(report, "recipient"),
                    Member(report, "supplier"), Member(report, "platform"), stored.Stream, Member(report, "digest"), report, null);
            }
        }

        await reader.NextResultAsync();
        await catalogue.TakeAsync(reader, CancellationToken.None);
        return new RecordingDecider(known, catalogue.Latest, now);
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

    private static string Member(RecordedReport stored, string name) => stored.Data.GetProperty(name).GetString()!;
}
