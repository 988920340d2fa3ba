using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Reads who said it.</summary>
public sealed class SourceReader(NpgsqlDataSource database)
{
    /// <summary>The recipients of which a publisher said something, ordered, and the position of the last event that affects the holdings of
    /// which it did: 0 where there are none.</summary>
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
}
