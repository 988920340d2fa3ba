using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>Who a report is, for ever: its feed and id, and the event id made of both.</summary>
public static class Identity
{
    /// <summary>Namespace of names that are URLs, RFC 9562.</summary>
    private static readonly Guid UrlNamespace = new("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    /// <summary>UUID v5 (RFC 9562, 5.5), in the URL namespace, of feed, newline, id. Neither of the two can hold a newline, so no two
    /// pairs meet. Of the bytes as they were posted: a library that normalises the name first would give two ids one identity.</summary>
    public static Guid EventId(string feed, string id)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // A UUID v5 is defined by SHA-1. It names; what proves the content is the digest.
        SHA1.HashData([.. UrlNamespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes($"{feed}\n{id}")], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>The id of a report that was posted without one: SHA-256 (hex) of the RFC 8785 form of its body. An import's line names
    /// its kind, a single post's address does: the kind is left out, so that both are the same report.</summary>
    public static string IdOf(JsonElement body) => Hash(body, out _, "kind");

    /// <summary>What was said under an identity: SHA-256 (hex) of the RFC 8785 form of the body, less what makes the identity.</summary>
    /// <param name="bytes">Length of that form.</param>
    public static string DigestOf(JsonElement body, out int bytes) => Hash(body, out bytes, "id", "feed", "kind");

    private static string Hash(JsonElement body, out int bytes, params ReadOnlySpan<string> except)
    {
        var canonical = new ArrayBufferWriter<byte>(1024);
        CanonicalJson.Write(body, canonical, except);
        bytes = canonical.WrittenCount;
        return Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan));
    }
}
