using System.Runtime.CompilerServices;
using Ledger.Store;
using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Reads all that was ever posted to a feed.</summary>
public sealed class FeedReader(NpgsqlDataSource database)
{
    /// <summary>Every report of a feed that has a published day, in order of position, with its stored JSON.</summary>
    public async IAsyncEnumerable<(EvidenceRow Row, byte[] Data)> OfFeedAsync(
        string feed, long position, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {EvidenceColumns.ReadNamesOf("r")}, e.data from {TableNames.Evidence} r "
            + $"{StoredEvents.JoinAt("r.position")} "
            + "where r.feed = $1 and r.position <= $2 and r.published is not null order by r.position");
        command.Parameters.AddWithValue(feed);
        command.Parameters.AddWithValue(position);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            yield return (EvidenceColumns.Read(row), row.GetFieldValue<byte[]>(EvidenceColumns.ReadCount));
        }
    }

    /// <summary>Every report of a feed of a published day, with its id, in order of position.</summary>
    public async IAsyncEnumerable<(EvidenceRow Row, string Id)> OfDayAsync(
        string feed, DateOnly published, long position, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select {EvidenceColumns.ReadNamesOf("r")}, e.data->>'id' from {TableNames.Evidence} r {StoredEvents.JoinAt("r.position")}
            where r.feed = $1 and r.published = $2 and r.position <= $3 order by r.position
            """);
        command.Parameters.AddWithValue(feed);
        command.Parameters.AddWithValue(published);
        command.Parameters.AddWithValue(position);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            yield return (EvidenceColumns.Read(row), row.GetString(EvidenceColumns.ReadCount));
        }
    }

    /// <summary>The reports of a feed that are retracted, by whatever feed.</summary>
    public async Task<HashSet<Guid>> RetractedOfFeedAsync(string feed, long position, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select r.target from {TableNames.Evidence} r join {TableNames.Evidence} f on f.event_id = r.target
            where r.kind = {(int)ReportKind.Retraction} and r.position <= $2 and f.feed = $1
            """);
        command.Parameters.AddWithValue(feed);
        command.Parameters.AddWithValue(position);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var retracted = new HashSet<Guid>();
        while (await row.ReadAsync(cancellation))
        {
            retracted.Add(row.GetGuid(0));
        }

        return retracted;
    }
}
