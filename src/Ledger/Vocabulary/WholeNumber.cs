using System.Globalization;

namespace Ledger.Vocabulary;

/// <summary>Numbers as JSON writes them. A number that is whole is the integer, however it is written (JSON Schema): 6, 6.0, 6e0 and
/// 60e-1 are one number, since pandas and others write each of a column with a point where one of them is missing.</summary>
public static class WholeNumber
{
    /// <summary>Digits of the largest number of 64 bits.</summary>
    private const int MostDigits = 19;

    /// <summary>Whether a number of JSON is written otherwise than as digits.</summary>
    public static bool IsWrittenOtherwise(ReadOnlySpan<byte> literal) => literal.IndexOfAny(".eE"u8) >= 0;

    /// <summary>Whether a number of JSON is whole; <paramref name="value"/> is 0 where it is not, or needs more than 64 bits.</summary>
    /// <param name="literal">The number as it is written, valid JSON.</param>
    /// <param name="value">The number.</param>
    /// <param name="fits">Whether it has at most 64 bits.</param>
    public static bool IsWhole(ReadOnlySpan<byte> literal, out long value, out bool fits)
    {
        value = 0;
        var isNegative = literal[0] == (byte)'-';
        var unsigned = isNegative ? literal[1..] : literal;
        var mantissaEnd = unsigned.IndexOfAny("eE"u8) is var e and >= 0 ? e : unsigned.Length;
        var point = unsigned[..mantissaEnd].IndexOf((byte)'.') is var at and >= 0 ? at : mantissaEnd;
        byte[] written = [.. unsigned[..point], .. unsigned[Math.Min(point + 1, mantissaEnd)..mantissaEnd]];
        var digits = written.AsSpan().TrimStart((byte)'0');
        fits = true;
        if (digits.IsEmpty)
        {
            return true;
        }

        var significant = digits.TrimEnd((byte)'0');
        // The place of the last digit that is not zero: below the point the number has a fraction.
        var decimals = mantissaEnd - Math.Min(point + 1, mantissaEnd);
        var exponent = ExponentOf(unsigned[mantissaEnd..]) - decimals + (digits.Length - significant.Length);
        if (exponent < 0)
        {
            return false;
        }

        fits = significant.Length + exponent <= MostDigits;
        if (fits)
        {
            var text = $"{(isNegative ? "-" : "")}{System.Text.Encoding.ASCII.GetString(significant)}{new string('0', (int)exponent)}";
            fits = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        }

        return true;
    }

    /// <summary>The exponent after the mantissa; far away from zero where it has more digits than any number needs.</summary>
    private static long ExponentOf(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
        {
            return 0;
        }

        var isNegative = part[1] == (byte)'-';
        var digits = part[(part[1] is (byte)'-' or (byte)'+' ? 2 : 1)..].TrimStart((byte)'0');
        var most = digits.Length > 9 ? int.MaxValue : digits.IsEmpty ? 0 : long.Parse(digits, CultureInfo.InvariantCulture);
        return isNegative ? -most : most;
    }
}
