using System.Security.Cryptography;
using System.Text.Json;

namespace Ledger.Editions;

/// <summary>Digest of the rows of a file, by which the same file is known again.</summary>
public static class RowDigest
{
    /// <summary>SHA-256, in hex, of the content of rows, independent of their order and of the file's encoding.</summary>
    /// <param name="rows">The rows, each without its line.</param>
    public static string Of<T>(IEnumerable<T> rows)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var each = rows.Select(x => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(x)));
        foreach (var one in each.OrderBy(Convert.ToHexString, StringComparer.Ordinal))
        {
            all.AppendData(one);
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }
}
