using System.Buffers.Text;
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

/// <summary>What a presented secret is.</summary>
/// <param name="Caller">Null: it opens nothing.</param>
/// <param name="WhyNot">unknown, revoked or expired; for the operator, never for who presented it.</param>
/// <param name="Whose">Id and name of a key that is known and opens nothing any more.</param>
public readonly record struct Recognised(Caller? Caller, string? WhyNot, string? Whose = null);

/// <summary>Makes, revokes and recognises API keys: <c>ldg_</c> and 256 random bits in base64url.</summary>
public sealed class ApiKeys(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Prefix = "ldg_";

    private const string Columns = "id, name, scopes, feeds, created, expires, revoked, last_used";

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
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>Who presents <paramref name="secret"/>. Asked of the database each time: a revocation holds at once, on every node, and what
    /// it costs is one look at a primary key.</summary>
    public async ValueTask<Recognised> RecogniseAsync(string secret, CancellationToken cancellation)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || secret.Length > 100)
        {
            return new Recognised(null, "unknown");
        }

        var hash = Hash(secret);
        var id = IdOf(hash);
        if (await FindAsync(id, hash, cancellation) is not { } key)
        {
            return new Recognised(null, "unknown");
        }

        return key.Revoked is not null ? new Recognised(null, "revoked", $"{key.Id} of {key.Name}")
            : key.Expires is { } end && clock.GetUtcNow() >= end ? new Recognised(null, "expired", $"{key.Id} of {key.Name}")
            : new Recognised(new Caller(id, key.Name, key.Scopes, key.Feeds), null);
    }

    /// <summary>Finds a key, and notes that it was used: at most once a minute, so that reading does not mean writing.</summary>
    private async Task<ApiKey?> FindAsync(string id, byte[] hash, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns}, hash from ledger.api_keys where id = $1");
        command.Parameters.AddWithValue(id);
        ApiKey key;
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation) || !CryptographicOperations.FixedTimeEquals(reader.GetFieldValue<byte[]>(8), hash))
            {
                return null;
            }

            key = Read(reader);
        }

        var now = clock.GetUtcNow();
        if (key.Revoked is null && (key.LastUsed is not { } used || now - used > TimeSpan.FromMinutes(1)))
        {
            await using var note = database.CreateCommand("update ledger.api_keys set last_used = $2 where id = $1");
            note.Parameters.AddWithValue(id);
            note.Parameters.AddWithValue(now);
            await note.ExecuteNonQueryAsync(CancellationToken.None);
        }

        return key;
    }

    private static ApiKey Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2),
        row.GetFieldValue<string[]>(3), row.GetFieldValue<DateTimeOffset>(4), Time(row, 5), Time(row, 6), Time(row, 7));

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    /// <summary>The public id of a secret's key.</summary>
    public static string IdOf(string secret) => IdOf(Hash(secret));

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string IdOf(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, 8));
}
