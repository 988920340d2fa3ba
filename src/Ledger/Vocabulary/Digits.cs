using System.Globalization;

namespace Ledger.Vocabulary;

/// <summary>Whole numbers written in digits alone.</summary>
public static class Digits
{
    /// <summary>Reads digits and nothing else: the runtime's own reading passes over U+0000 at the end.</summary>
    /// <returns>False where the text is anything else, or more than 64 bits.</returns>
    public static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && text.All(char.IsAsciiDigit);
}
