using System.Security.Cryptography;
using System.Text.Json;

namespace Ledger.Editions;

/// <summary>One row of a SIPRI trade register: an order, and what was delivered of it.</summary>
/// <param name="Line">Of the file, from 1.</param>
/// <param name="Recipient">English name, as it is spelt there.</param>
/// <param name="YearOfOrder">Four digits.</param>
/// <param name="Ordered">Units; null: not yet known.</param>
/// <param name="Delivered">Units; 0: nothing yet.</param>
/// <param name="FirstDelivery">Year; null where nothing was delivered.</param>
/// <param name="LastDelivery">Year; null where nothing was delivered.</param>
/// <param name="Status">New, Second hand, Second hand but modernized.</param>
/// <param name="Comments">The source's remarks; empty where there are none.</param>
public sealed record RegisterRow(
    int Line, string Recipient, string Supplier, string Designation, string Description,
    string YearOfOrder, bool YearIsUncertain, long? Ordered, bool OrderedIsUncertain,
    long Delivered, bool DeliveredIsUncertain, string? FirstDelivery, string? LastDelivery, string Status, string Comments)
{
    /// <summary>SHA-256, in hex, of what rows say, whatever their order and the file's encoding.</summary>
    public static string DigestOf(IEnumerable<RegisterRow> rows)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var each = rows.Select(x => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(x with { Line = 0 })));
        foreach (var one in each.OrderBy(Convert.ToHexString, StringComparer.Ordinal))
        {
            all.AppendData(one);
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }
}

/// <summary>A record that is no sound row, and why.</summary>
/// <param name="Line">Its first line of the file, from 1.</param>
/// <param name="LastLine">Its last: the same, unless the record runs over several.</param>
/// <param name="Column">The column at fault; null where the line as a whole is.</param>
public sealed record BrokenRecord(int Line, int LastLine, string? Column, string Why);
