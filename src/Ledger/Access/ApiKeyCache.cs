using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ledger.Access;

/// <summary>The SHA-256 of a secret as a value: found without an allocation.</summary>
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

    /// <summary>Of a stored hash.</summary>
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

/// <summary>The keys that open something, as one statement read them.</summary>
/// <param name="ByHash">Never changed once it is here.</param>
/// <param name="IsWhole">No such key was left out for <see cref="Problems.Limits.KeysHeld"/>.</param>
public sealed record ApiKeySnapshot(IReadOnlyDictionary<SecretHash, ApiKey> ByHash, bool IsWhole);

/// <summary>This node's keys in memory. Filled by <see cref="ApiKeyListener"/> alone, over the session on which it hears of changes: if a load
/// read a key before a change to it was committed, the notification of that change comes after the load, and empties the cache.</summary>
/// <remarks>Trusted on a lease: until <see cref="Lease"/> after the sending of the last ping (or load) that was answered on that session.
/// So a node that is cut off, frozen, or too busy to hear accepts a revoked key no longer than that; a healthy one, no longer than a
/// notification takes.</remarks>
public sealed class ApiKeyCache(TimeProvider clock)
{
    /// <summary>Between two pings, while keys are used.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    /// <summary>A ping that has not been answered for so long means that changes are not heard of.</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);

    /// <summary>A ping follows the one before after <see cref="PingInterval"/> and is answered within <see cref="PingTimeout"/>; else the
    /// lease is over.</summary>
    public static readonly TimeSpan Lease = PingInterval + PingTimeout;

    /// <summary>Of <see cref="_used"/>: requests on all cores would only hand its cache line around.</summary>
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(250);

    private readonly Lock _changing = new();
    private volatile ApiKeySnapshot? _held;
    private long _generation;
    private long _answered;
    private long _used = long.MinValue;

    /// <summary>Counts what was forgotten. A load that began in another generation than it ends in may be out of date.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    /// <summary>Something is held, whether or not it may be trusted at the moment.</summary>
    public bool IsFilled => _held is not null;

    /// <summary>The keys, where they may be trusted; null: ask the database. Notes that a key was presented.</summary>
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

    /// <summary>Takes everything away: keys changed, or changes are not heard of. When this returns, no key that was read before is accepted
    /// from memory.</summary>
    public void Forget()
    {
        lock (_changing)
        {
            Interlocked.Increment(ref _generation);
            _held = null;
        }
    }

    /// <summary>Holds what a load read, unless something was forgotten since it began.</summary>
    /// <param name="generation">When it began.</param>
    /// <param name="sent">Timestamp of its sending: it is a ping as well.</param>
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

    /// <summary>A ping was answered.</summary>
    /// <param name="sent">Timestamp of its sending.</param>
    public void Renew(long sent) => Interlocked.Exchange(ref _answered, sent);
}
