using Ledger.Facts;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Reads who said it: publishers, feeds, editions.</summary>
public sealed class SourceReader(NpgsqlDataSource database)
{
    /// <summary>The recipients of which a publisher said something, ordered, and the position of the last event that affects the
    /// holdings of which it did: 0 where there are none.</summary>
    public async Task<(IReadOnlyList<string> Recipients, long Last)> OfPublisherAsync(
        string publisher, Knowledge knowledge, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select recipient, platform, max(position), bool_or(publisher = $1) from {TableNames.Evidence}
            where position <= $2 and recipient in
              (select distinct recipient from {TableNames.Evidence} where publisher = $1 and position <= $2)
            group by recipient, platform
            """);
        command.Parameters.AddWithValue(publisher);
        command.Parameters.AddWithValue(knowledge.Position);
        var holdings = new Dictionary<(string Recipient, string Platform), (long Last, bool Said)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var key = (reader.GetString(0), knowledge.Catalogue.Resolve(reader.GetString(1)));
            var (last, said) = holdings.GetValueOrDefault(key);
            holdings[key] = (Math.Max(last, reader.GetInt64(2)), said || reader.GetBoolean(3));
        }

        var spokenOf = holdings.Where(x => x.Value.Said).ToList();
        return (
            [.. spokenOf.Select(x => x.Key.Recipient).Distinct().Order(StringComparer.Ordinal)],
            spokenOf.Max(x => (long?)Math.Max(x.Value.Last, knowledge.Catalogue.Find(x.Key.Platform).ChangedAt)) ?? 0);
    }

    /// <summary>The whole editions that the ledger holds at a position, one row per order, in order of their events: neither withdrawn nor
    /// selections.</summary>
    public async Task<IReadOnlyList<(EditionImported Edition, long Position)>> EditionsAsync(long position, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(StoredEvents.OfStream(EditionImported.Stream, 0));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var held = new List<(EditionImported, long)>();
        while (await reader.ReadAsync(cancellation))
        {
            var stored = StoredEvents.Read(reader);
            if (stored.Position > position)
            {
                break;
            }

            if (stored.Read() is EditionImported { Selection: not true, IsOfYears: false } edition)
            {
                held.Add((edition, stored.Position));
            }
            else if (stored.Read() is EditionWithdrawn withdrawn)
            {
                held.RemoveAll(x => withdrawn.IsOf(x.Item1));
            }
        }

        return held;
    }

    /// <summary>Positions of the reports of a feed about some recipients.</summary>
    public async Task<IReadOnlySet<long>> PositionsOfFeedAsync(
        IReadOnlyList<string> recipients, string feed, long position, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select position from {TableNames.Evidence} where recipient = any($1) and feed = $2 and position <= $3");
        command.Parameters.AddWithValue(recipients.ToArray());
        command.Parameters.AddWithValue(feed);
        command.Parameters.AddWithValue(position);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var positions = new HashSet<long>();
        while (await reader.ReadAsync(cancellation))
        {
            positions.Add(reader.GetInt64(0));
        }

        return positions;
    }
}
