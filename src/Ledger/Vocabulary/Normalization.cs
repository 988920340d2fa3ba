using System.Globalization;
using System.Text;

namespace Ledger.Vocabulary;

/// <summary>Unicode's normal forms (UAX #15), from a table that ships with the service (normalization.txt). The runtime's own
/// <c>string.Normalize</c> uses the machine's ICU, and returns the text unchanged in invariant mode: a name could get different slugs on
/// different nodes. Unicode guarantees that the forms of assigned characters never change, so the table need not be updated.</summary>
public static class Normalization
{
    /// <summary>Texts whose characters are all below it are in form C already.</summary>
    private const char FirstToCompose = '\u0300';

    // Syllables of Hangul are composed by arithmetic (Unicode Standard, 3.12).
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int Leads = 19, Vowels = 21, Trails = 28, Syllables = Leads * Vowels * Trails;

    private static readonly Lazy<Table> Shipped = new(Table.Read);

    /// <summary>Form C: canonical decomposition, then composition.</summary>
    public static string ToC(string text) => text.AsSpan().ContainsAnyExceptInRange('\0', (char)(FirstToCompose - 1))
        ? Form(text, compatible: false, compose: true) : text;

    /// <summary>Form D: canonical decomposition.</summary>
    public static string ToD(string text) => Ascii.IsValid(text) ? text : Form(text, compatible: false, compose: false);

    /// <summary>Form KC: compatibility decomposition (<c>²</c> becomes <c>2</c>), then composition.</summary>
    public static string ToKC(string text) => Ascii.IsValid(text) ? text : Form(text, compatible: true, compose: true);

    private static string Form(string text, bool compatible, bool compose)
    {
        var table = Shipped.Value;
        var runes = new List<int>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            table.Decompose(rune.Value, compatible, runes);
        }

        table.Order(runes);
        var formed = new StringBuilder(text.Length + 8);
        foreach (var rune in compose ? table.Compose(runes) : runes)
        {
            formed.Append(new Rune(rune).ToString());
        }

        return formed.ToString();
    }

    private sealed class Table
    {
        private readonly Dictionary<int, byte> _classes = [];
        private readonly Dictionary<int, int[]> _canonical = [];
        private readonly Dictionary<int, int[]> _compatible = [];
        private readonly Dictionary<(int First, int Second), int> _composed = [];

        public static Table Read()
        {
            using var resource = typeof(Normalization).Assembly.GetManifestResourceStream("Ledger.Vocabulary.normalization.txt")!;
            using var reader = new StreamReader(resource, Encoding.ASCII);
            var table = new Table();
            var composites = new List<(int Composite, int[] Parts)>();
            while (reader.ReadLine() is { } line)
            {
                switch (line.IndexOfAny(['#', ':', '=', '!', '~']))
                {
                    case var colon when line[colon] is ':':
                        table.AddClass(byte.Parse(line.AsSpan(0, colon), CultureInfo.InvariantCulture), line[(colon + 1)..]);
                        break;
                    case var sign when line[sign] is not '#':
                        var (one, parts) = (Number(line[..sign]), Array.ConvertAll(line[(sign + 1)..].Split(' '), Number));
                        (line[sign] is '~' ? table._compatible : table._canonical).Add(one, parts);
                        if (line[sign] is '=')
                        {
                            composites.Add((one, parts));
                        }

                        break;
                }
            }

            table.AddPairs(composites);
            return table;
        }

        /// <summary>Adds the full decomposition of a character, or the character itself where it has none.</summary>
        public void Decompose(int rune, bool compatible, List<int> parts)
        {
            if (rune - SyllableBase is >= 0 and < Syllables and var syllable)
            {
                parts.Add(LeadBase + (syllable / (Vowels * Trails)));
                parts.Add(VowelBase + (syllable / Trails % Vowels));
                if (syllable % Trails is > 0 and var trail)
                {
                    parts.Add(TrailBase + trail);
                }
            }
            else if ((compatible && _compatible.TryGetValue(rune, out var found)) || _canonical.TryGetValue(rune, out found))
            {
                parts.AddRange(found);
            }
            else
            {
                parts.Add(rune);
            }
        }

        /// <summary>The canonical ordering: sorts the marks behind a starter by combining class; the sort is stable.</summary>
        public void Order(List<int> runes)
        {
            for (var i = 1; i < runes.Count; i++)
            {
                var (moving, combiningClass) = (runes[i], ClassOf(runes[i]));
                var place = i;
                for (; combiningClass > 0 && place > 0 && ClassOf(runes[place - 1]) > combiningClass; place--)
                {
                    runes[place] = runes[place - 1];
                }

                runes[place] = moving;
            }
        }

        /// <summary>The canonical composition: combines each starter with the following characters that are not blocked from it.</summary>
        public List<int> Compose(List<int> runes)
        {
            var composed = new List<int>(runes.Count);
            var (starter, last) = (-1, 0);
            foreach (var rune in runes)
            {
                var combiningClass = ClassOf(rune);
                var isNext = starter == composed.Count - 1;
                if (starter >= 0 && (isNext || last < combiningClass) && Pair(composed[starter], rune) is { } pair)
                {
                    composed[starter] = pair;
                    continue;
                }

                if (combiningClass == 0)
                {
                    starter = composed.Count;
                }

                last = combiningClass;
                composed.Add(rune);
            }

            return composed;
        }

        private int? Pair(int first, int second)
        {
            if (first - LeadBase is >= 0 and < Leads and var lead && second - VowelBase is >= 0 and < Vowels and var vowel)
            {
                return SyllableBase + (((lead * Vowels) + vowel) * Trails);
            }

            return first - SyllableBase is >= 0 and < Syllables and var syllable && syllable % Trails == 0
                && second - TrailBase is > 0 and < Trails and var trail
                ? first + trail
                : _composed.TryGetValue((first, second), out var pair) ? pair : null;
        }

        private int ClassOf(int rune) => _classes.GetValueOrDefault(rune);

        private void AddClass(byte number, string ranges)
        {
            foreach (var range in ranges.Split(' '))
            {
                var ends = range.Split('-');
                for (var rune = Number(ends[0]); rune <= Number(ends[^1]); rune++)
                {
                    _classes.Add(rune, number);
                }
            }
        }

        /// <summary>Adds each composite as a pair: the composite of all its parts but the last, and the last.</summary>
        private void AddPairs(List<(int Composite, int[] Parts)> composites)
        {
            static string Key(ReadOnlySpan<int> parts) => string.Join(' ', parts.ToArray());
            var whole = composites.ToDictionary(x => Key(x.Parts), x => x.Composite, StringComparer.Ordinal);
            foreach (var (composite, parts) in composites)
            {
                _composed.Add((parts.Length == 2 ? parts[0] : whole[Key(parts.AsSpan()[..^1])], parts[^1]), composite);
            }
        }

        private static int Number(string hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
