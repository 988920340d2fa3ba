using System.Buffers.Text;
using System.Security.Cryptography;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Access;

/// <summary>An API key without its secret, of which only the SHA-256 is stored.</summary>
/// <param name="Id">Public id: the first 16 hex digits of the secret's hash.</param>
/// <param name="Name">Name of the reporter; keys with the same name post as the same reporter.</param>
/// <param name="Scopes">Of <see cref="Problems.Scopes.All"/>.</param>
/// <param name="Feeds">URIs of the feeds that it may post to beside its own; <c>*</c> is all.</param>
/// <param name="Expires">From then on the key is invalid; null: never.</param>
/// <param name="Revoked">From then on the key is invalid; null: it was not revoked.</param>
/// <param name="LastUsed">To the minute; for uses on other nodes, as they wrote it last.</param>
public sealed record ApiKey(string Id, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Feeds, DateTimeOffset Created,
    DateTimeOffset? Expires, DateTimeOffset? Revoked, DateTimeOffset? LastUsed)
{
    /// <summary>The caller that the key authenticates.</summary>
    public Caller Caller { get; } = new(Id, Name, Scopes, Feeds);
}

/// <summary>Result of checking a presented secret.</summary>
/// <param name="Caller">The caller; null: the secret is invalid.</param>
/// <param name="WhyNot">unknown, revoked or expired; for the operator's log and metric, never in a response.</param>
/// <param name="Key">Id and name of the key that was revoked or has expired.</param>
public readonly record struct Recognised(Caller? Caller, string? WhyNot, string? Key = null)
{
    public static readonly Recognised Unknown = new(null, "unknown");
}

/// <summary>Makes, revokes and recognises API keys: <c>ldg_</c> and 256 random bits in base64url.</summary>
public sealed class ApiKeys(NpgsqlDataSource database, ApiKeyCache cache, ApiKeyUses uses, TimeProvider clock)
{
    private const string Prefix = "ldg_";

    /// <summary>Characters of a presented secret at most; a valid one has 47.</summary>
    public const int SecretCharacters = 100;

    internal const string Columns = "id, name, scopes, feeds, created, expires, revoked, last_used";

    /// <summary>Index of the column <c>hash</c> where it follows <see cref="Columns"/>.</summary>
    internal const int HashColumn = 8;

    /// <summary>Makes a key. The secret is returned here and stored nowhere.</summary>
    public async Task<(ApiKey Key, string Secret)> MakeAsync(
        string name, IReadOnlyList<string> scopes, IReadOnlyList<string> feeds, DateTimeOffset? expires, CancellationToken cancellation)
    {
        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var hash = SecretHash.Of(secret);
        var key = new ApiKey(hash.Id, name, scopes, feeds, clock.GetUtcNow(), expires, null, null);
        await using var command = database.CreateCommand(
            $"insert into {TableNames.ApiKeys} (id, hash, name, scopes, feeds, created, expires) values ($1, $2, $3, $4, $5, $6, $7)");
        command.Parameters.AddWithValue(key.Id);
        command.Parameters.AddWithValue(hash.ToArray());
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(scopes.ToArray());
        command.Parameters.AddWithValue(feeds.ToArray());
        command.Parameters.AddWithValue(key.Created);
        command.Parameters.AddWithValue((object?)expires ?? DBNull.Value);
        await command.ExecuteNonQueryAsync(cancellation);
        cache.Forget();
        return (key, secret);
    }

    /// <summary>Every key ever made, oldest first: a revoked one stays listed, since reports carry its name.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from {TableNames.ApiKeys} order by created, id");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var keys = new List<ApiKey>();
        while (await reader.ReadAsync(cancellation))
        {
            var key = Read(reader);
            keys.Add(key with { LastUsed = uses.Latest(key.Id, key.LastUsed) });
        }

        return keys;
    }

    /// <summary>Revokes a key for good; false if there is none with this id. Idempotent. When this returns, this node no longer accepts the
    /// key; the others stop when the notification of the change reaches them (<see cref="ApiKeyCache"/>).</summary>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"update {TableNames.ApiKeys} set revoked = coalesce(revoked, $2) where id = $1");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        var revoked = await command.ExecuteNonQueryAsync(cancellation) > 0;
        cache.Forget();
        return revoked;
    }

    /// <summary>Checks a secret against the cache, else against the database.</summary>
    public async ValueTask<Recognised> RecogniseAsync(string secret, CancellationToken cancellation) =>
        RecogniseCached(secret, out _) ?? await RecogniseStoredAsync(secret, cancellation);

    /// <summary>Checks a secret against the cache, without a query.</summary>
    /// <param name="secret">As it was presented.</param>
    /// <param name="isWhole">True where every valid key is cached: a secret that is not is invalid.</param>
    /// <returns>Null where it is not cached, or the cache's lease is over.</returns>
    public Recognised? RecogniseCached(string secret, out bool isWhole)
    {
        var held = cache.Trusted();
        isWhole = held is { IsWhole: true };
        return !IsWellFormed(secret) ? Recognised.Unknown
            : held is not null && held.ByHash.TryGetValue(SecretHash.Of(secret), out var key) ? Judge(key)
            : null;
    }

    /// <summary>Checks a secret against the database.</summary>
    /// <exception cref="NpgsqlException">The database is away.</exception>
    public async Task<Recognised> RecogniseStoredAsync(string secret, CancellationToken cancellation) =>
        await FindAsync(secret, cancellation) is { } key ? Judge(key) : Recognised.Unknown;

    /// <summary>The stored key of a secret, without recording a use; null: there is none.</summary>
    public async Task<ApiKey?> FindAsync(string secret, CancellationToken cancellation)
    {
        if (!IsWellFormed(secret))
        {
            return null;
        }

        var hash = SecretHash.Of(secret);
        await using var command = database.CreateCommand($"select {Columns}, hash from {TableNames.ApiKeys} where id = $1");
        command.Parameters.AddWithValue(hash.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            && CryptographicOperations.FixedTimeEquals(reader.GetFieldValue<byte[]>(HashColumn), hash.ToArray()) ? Read(reader) : null;
    }

    private Recognised Judge(ApiKey key)
    {
        var now = clock.GetUtcNow();
        if (key.Revoked is not null)
        {
            return new Recognised(null, "revoked", $"{key.Id} of {key.Name}");
        }

        uses.Record(key.Id, now);
        return now >= key.Expires ? new Recognised(null, "expired", $"{key.Id} of {key.Name}") : new Recognised(key.Caller, null);
    }

    private static bool IsWellFormed(string secret) =>
        secret.StartsWith(Prefix, StringComparison.Ordinal) && secret.Length <= SecretCharacters;

    /// <summary>A row of <see cref="Columns"/>.</summary>
    internal static ApiKey Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2),
        row.GetFieldValue<string[]>(3), row.GetFieldValue<DateTimeOffset>(4), Time(row, 5), Time(row, 6), Time(row, 7));

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    /// <summary>The public id of a secret's key.</summary>
    public static string IdOf(string secret) => SecretHash.Of(secret).Id;
}
