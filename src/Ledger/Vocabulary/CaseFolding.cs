using System.Globalization;
using System.Text;

namespace Ledger.Vocabulary;

/// <summary>Full case folding (Unicode Standard, 3.13) from a table that ships with the service (casefolding.txt): <c>ß</c> and <c>SS</c>
/// are one, <c>Σ</c> and <c>ς</c> too. The runtime only maps case, character by character. Unicode guarantees that the folding of assigned
/// characters never changes, so the table need not be updated.</summary>
/// <remarks>The four letters of Turkish fold to <c>i</c>: whoever writes <c>KARGI</c> or <c>BAYRAKTAR DIHA</c> has lost which of them it
/// was.</remarks>
public static class CaseFolding
{
    private static readonly Lazy<Dictionary<int, string>> Shipped = new(Read);

    /// <summary>Appends a character as it is folded.</summary>
    public static void Fold(Rune rune, StringBuilder folded)
    {
        if (rune.Value is 'İ' or 'ı')
        {
            folded.Append('i');
        }
        else if (Shipped.Value.TryGetValue(rune.Value, out var other))
        {
            folded.Append(other);
        }
        else if (rune.IsBmp)
        {
            folded.Append((char)rune.Value);
        }
        else
        {
            folded.Append(rune.ToString());
        }
    }

    private static Dictionary<int, string> Read()
    {
        using var resource = typeof(CaseFolding).Assembly.GetManifestResourceStream("Ledger.Vocabulary.casefolding.txt")!;
        using var reader = new StreamReader(resource, Encoding.ASCII);
        var table = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            if (line.IndexOf('=') is > 0 and var sign)
            {
                table.Add(Number(line.AsSpan(0, sign)), string.Concat(line[(sign + 1)..].Split(' ').Select(x => Text(Number(x)))));
                continue;
            }

            var ends = line[..line.IndexOf(' ')].Split('-', '/');
            var (first, to, step) = (Number(ends[0]), Number(line.AsSpan(line.IndexOf(' ') + 1)), ends.Length == 3 ? 2 : 1);
            for (var rune = first; rune <= (ends.Length == 1 ? first : Number(ends[1])); rune += step)
            {
                table.Add(rune, Text(to + rune - first));
            }
        }

        return table;
    }

    private static string Text(int rune) => new Rune(rune).ToString();

    private static int Number(ReadOnlySpan<char> hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
