using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>The identity of a report: its feed and id, and the event id that is made of both (DOMAIN.md, Identity and retries).</summary>
public static class Identity
{
    /// <summary>Namespace of names that are URLs, RFC 9562.</summary>
    private static readonly Guid UrlNamespace = new("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    /// <summary>UUID v5 (RFC 9562, 5.5), in the URL namespace, of feed, newline, id. Neither can contain a newline, so different pairs
    /// have different names. The bytes are hashed as posted: Unicode normalisation would give one identity to two different ids.</summary>
    public static Guid EventId(string feed, string id)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // UUID v5 is defined with SHA-1. It is a name only; content is compared by its SHA-256 digest.
        SHA1.HashData([.. UrlNamespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes($"{feed}\n{id}")], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>The id of a report that was posted without one: SHA-256 (hex) of the RFC 8785 form of its body without the kind:
    /// a line of an import has the member <c>kind</c>, a single post has not, and both must be the same report. Without members that are
    /// null.</summary>
    public static string IdOf(JsonElement body) => Hash(body, out _, "kind");

    /// <summary>The digest of a report's content: SHA-256 (hex) of the RFC 8785 form of the body without id, feed and kind, and without
    /// members that are null.</summary>
    /// <param name="body">The JSON object as it was posted.</param>
    /// <param name="bytes">Length of that form.</param>
    public static string DigestOf(JsonElement body, out int bytes) => Hash(body, out bytes, "id", "feed", "kind");

    private static string Hash(JsonElement body, out int bytes, params ReadOnlySpan<string> except)
    {
        var canonical = new ArrayBufferWriter<byte>(1024);
        // Members that are null say the same as absent ones, and serializers differ in whether they write them.
        CanonicalJson.Write(body, canonical, withoutNulls: true, except);
        bytes = canonical.WrittenCount;
        return Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan));
    }
}
