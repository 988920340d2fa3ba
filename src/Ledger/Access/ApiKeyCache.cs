using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ledger.Access;

/// <summary>The SHA-256 of a secret as a value, so that a look-up allocates nothing.</summary>
public readonly record struct SecretHash(UInt128 High, UInt128 Low)
{
    private const int Bytes = 32;

    /// <summary>Hashes a secret of at most <see cref="ApiKeys.SecretCharacters"/> characters.</summary>
    public static SecretHash Of(string secret)
    {
        Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(ApiKeys.SecretCharacters)];
        Span<byte> hash = stackalloc byte[Bytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(secret, utf8)], hash);
        return Of(hash);
    }

    /// <summary>Converts a stored hash of 32 bytes.</summary>
    public static SecretHash Of(ReadOnlySpan<byte> hash) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));

    /// <summary>The key's public id: the first 16 hex digits.</summary>
    public string Id => $"{(ulong)(High >> 64):x16}";

    public byte[] ToArray()
    {
        var hash = new byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(hash, High);
        BinaryPrimitives.WriteUInt128BigEndian(hash.AsSpan(16), Low);
        return hash;
    }
}

/// <summary>The valid keys, as one statement read them.</summary>
/// <param name="ByHash">Not modified after construction.</param>
/// <param name="IsWhole">True where it has every valid key: <see cref="Problems.Limits.KeysHeld"/> left none out.</param>
public sealed record ApiKeySnapshot(IReadOnlyDictionary<SecretHash, ApiKey> ByHash, bool IsWhole);

/// <summary>Cache of the valid keys on this node. Filled by <see cref="ApiKeyListener"/> alone, over the session that receives the
/// notifications of changes: if a load read a key before a change to it was committed, that notification arrives after the load and
/// empties the cache.</summary>
/// <remarks>Trusted for a lease: until <see cref="Lease"/> after the last ping (or load) was sent that was answered on that session. This
/// bounds how long a node that is cut off, frozen or overloaded accepts a revoked key; a healthy node accepts it no longer than a
/// notification takes.</remarks>
public sealed class ApiKeyCache(TimeProvider clock)
{
    /// <summary>Between two pings, while keys are used.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    /// <summary>After so long without an answer to a ping the session counts as lost, and with it the notifications.</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long the cache is trusted: a ping is sent within <see cref="PingInterval"/> and answered within
    /// <see cref="PingTimeout"/>.</summary>
    public static readonly TimeSpan Lease = PingInterval + PingTimeout;

    /// <summary>Resolution of <see cref="_used"/>: writes of each request, on all cores, would contend for its cache line.</summary>
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(250);

    /// <summary>Makes <see cref="Forget"/> and <see cref="Fill"/> atomic.</summary>
    private readonly Lock _changing = new();

    private volatile ApiKeySnapshot? _held;
    private long _generation;

    /// <summary>Timestamp at which the last answered ping was sent.</summary>
    private long _answered;

    /// <summary>Timestamp at which a key was last presented.</summary>
    private long _used = long.MinValue;

    /// <summary>Number of times that the cache was emptied. A load that began in an earlier generation may be out of date.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    /// <summary>True where keys are cached, whether or not the lease still holds.</summary>
    public bool IsFilled => _held is not null;

    /// <summary>The keys while the lease holds; null: the database must be queried. Records that a key was presented.</summary>
    public ApiKeySnapshot? Trusted()
    {
        var now = clock.GetTimestamp();
        var used = Volatile.Read(ref _used);
        if (used == long.MinValue || clock.GetElapsedTime(used, now) >= Granularity)
        {
            Volatile.Write(ref _used, now);
        }

        return _held is { } held && clock.GetElapsedTime(Interlocked.Read(ref _answered), now) < Lease ? held : null;
    }

    /// <summary>Whether a key was presented within the time given, until now.</summary>
    public bool WasUsedWithin(TimeSpan time)
    {
        var used = Volatile.Read(ref _used);
        return used != long.MinValue && clock.GetElapsedTime(used) < time;
    }

    /// <summary>Empties the cache: keys changed, or notifications are lost. When this returns, no key that was read before is accepted from
    /// memory.</summary>
    public void Forget()
    {
        lock (_changing)
        {
            Interlocked.Increment(ref _generation);
            _held = null;
        }
    }

    /// <summary>Caches what a load read, unless the cache was emptied since the load began.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="generation"><see cref="Generation"/> when the load began.</param>
    /// <param name="sent">Timestamp at which the load was sent: it counts as a ping.</param>
    public void Fill(ApiKeySnapshot keys, long generation, long sent)
    {
        lock (_changing)
        {
            if (generation == _generation)
            {
                Interlocked.Exchange(ref _answered, sent);
                _held = keys;
            }
        }
    }

    /// <summary>Renews the lease after a ping was answered.</summary>
    /// <param name="sent">Timestamp at which the ping was sent.</param>
    public void Renew(long sent) => Interlocked.Exchange(ref _answered, sent);
}
