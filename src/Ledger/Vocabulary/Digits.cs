using System.Globalization;

namespace Ledger.Vocabulary;

/// <summary>Whole numbers written in digits alone.</summary>
public static class Digits
{
    /// <summary>Parses ASCII digits and nothing else. (The runtime's parser also accepts trailing U+0000.)</summary>
    /// <returns>False for any other text, and for numbers beyond 64 bits.</returns>
    public static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && text.All(char.IsAsciiDigit);
}
