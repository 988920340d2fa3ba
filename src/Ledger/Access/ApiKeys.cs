using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Ledger.Access;

/// <summary>A key as it is kept and shown: everything but the secret, of which only the SHA-256 is stored.</summary>
/// <param name="Id">Public name of the key: the first 16 hex digits of the secret's hash.</param>
/// <param name="Name">Name of the reporter; keys of one name post as one.</param>
/// <param name="Expires">From then on the key is refused; null: never.</param>
/// <param name="LastUsed">To the minute.</param>
public sealed record ApiKey(string Id, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Feeds, DateTimeOffset Created,
    DateTimeOffset? Expires, DateTimeOffset? Revoked, DateTimeOffset? LastUsed);

/// <summary>Makes, revokes and recognises API keys: <c>ldg_</c> and 256 random bits in base64url.</summary>
public sealed class ApiKeys(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Prefix = "ldg_";

    /// <summary>How long a recognised key is believed without asking the database again: what a revocation on another node may take.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(1);

    private const int BelievedMost = 10_000;

    private const string Columns = "id, name, scopes, feeds, created, expires, revoked, last_used";

    private readonly ConcurrentDictionary<string, (ApiKey Key, byte[] Hash, long ReadAt)> _believed = new(StringComparer.Ordinal);

    /// <summary>Makes a key. The secret is returned here and kept nowhere.</summary>
    public async Task<(ApiKey Key, string Secret)> MakeAsync(string name, IReadOnlyList<string> scopes, IReadOnlyList<string> feeds, DateTimeOffset? expires,
        CancellationToken cancellation)
    {
        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var hash = Hash(secret);
        var key = new ApiKey(IdOf(hash), name, scopes, feeds, clock.GetUtcNow(), expires, null, null);
        await using var command = database.CreateCommand(
            "insert into ledger.api_keys (id, hash, name, scopes, feeds, created, expires) values ($1, $2, $3, $4, $5, $6, $7)");
        command.Parameters.AddWithValue(key.Id);
        command.Parameters.AddWithValue(hash);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(scopes.ToArray());
        command.Parameters.AddWithValue(feeds.ToArray());
        command.Parameters.AddWithValue(key.Created);
        command.Parameters.AddWithValue((object?)expires ?? DBNull.Value);
        await command.ExecuteNonQueryAsync(cancellation);
        return (key, secret);
    }

    /// <summary>Every key ever made, oldest first: a revoked one stays listed, since reports carry its name.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from ledger.api_keys order by created, id");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var keys = new List<ApiKey>();
        while (await reader.ReadAsync(cancellation))
        {
            keys.Add(Read(reader));
        }

        return keys;
    }

    /// <summary>Revokes a key for good; false if there is none of this id. Revoking twice changes nothing.</summary>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update ledger.api_keys set revoked = coalesce(revoked, $2) where id = $1");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        var found = await command.ExecuteNonQueryAsync(cancellation) > 0;
        _believed.Clear();
        return found;
    }

    /// <summary>The caller that presents <paramref name="secret"/>, or null where the key is unknown, revoked or expired.</summary>
    public async ValueTask<Caller?> RecogniseAsync(string secret, CancellationToken cancellation)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || secret.Length > 100)
        {
            return null;
        }

        var hash = Hash(secret);
        var id = IdOf(hash);
        if (!_believed.TryGetValue(id, out var entry) || clock.GetElapsedTime(entry.ReadAt) > Believed)
        {
            if (await FindAsync(id, cancellation) is not { } found)
            {
                _believed.TryRemove(id, out _);
                return null;
            }

            entry = (found.Key, found.Hash, clock.GetTimestamp());
            if (_believed.Count >= BelievedMost)
            {
                _believed.Clear();
            }

            _believed[id] = entry;
        }

        return CryptographicOperations.FixedTimeEquals(entry.Hash, hash) && entry.Key.Revoked is null
            && (entry.Key.Expires is not { } end || clock.GetUtcNow() < end)
            ? new Caller(id, entry.Key.Name, entry.Key.Scopes, entry.Key.Feeds) : null;
    }

    /// <summary>Finds a key, and notes that it was used: at most once a minute, so that reading does not mean writing.</summary>
    private async Task<(ApiKey Key, byte[] Hash)?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns}, hash from ledger.api_keys where id = $1");
        command.Parameters.AddWithValue(id);
        ApiKey key;
        byte[] hash;
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation))
            {
                return null;
            }

            key = Read(reader);
            hash = reader.GetFieldValue<byte[]>(8);
        }

        var now = clock.GetUtcNow();
        if (key.LastUsed is not { } used || now - used > TimeSpan.FromMinutes(1))
        {
            await using var note = database.CreateCommand("update ledger.api_keys set last_used = $2 where id = $1");
            note.Parameters.AddWithValue(id);
            note.Parameters.AddWithValue(now);
            await note.ExecuteNonQueryAsync(CancellationToken.None);
        }

        return (key, hash);
    }

    private static ApiKey Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2),
        row.GetFieldValue<string[]>(3), row.GetFieldValue<DateTimeOffset>(4), Time(row, 5), Time(row, 6), Time(row, 7));

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string IdOf(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, 8));
}
