using System.Globalization;
using System.Numerics;
using System.Text;

namespace Ledger.Vocabulary;

/// <summary>A text as search compares it: letters and digits of any script alone, folded by the rule of slugs (<see cref="Spelling"/>),
/// combining marks removed. <c>Côte d’Ivoire</c> and <c>cote divoire</c> are one, so are <c>KARGI</c> and <c>Kargı</c>, <c>TB²</c> and
/// <c>tb 2</c>.</summary>
public sealed class SearchText
{
    /// <summary>Longest word in which typing errors are looked for.</summary>
    private const int LongestWord = 64;

    /// <summary>What <see cref="Matches"/> gives for the same text; everything less is a worse match.</summary>
    public const int Same = 100;

    private readonly string[] _words;
    private readonly ulong[] _letters;
    private readonly string _whole;

    private SearchText(string[] words)
    {
        _words = words;
        _whole = string.Concat(words);
        _letters = [.. words.Append(_whole).Select(LettersOf)];
    }

    /// <summary>True where the text has no letter and no digit.</summary>
    public bool IsEmpty => _whole.Length == 0;

    /// <summary>Number of characters that are compared.</summary>
    public int Length => _whole.Length;

    /// <summary>The text as search compares it.</summary>
    public static SearchText Of(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in Normalization.ToD(Spelling.Folded(text)).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                Fold(rune, word);
            }
            else if (word.Length > 0 && !IsWithinWord(rune))
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return new SearchText([.. words]);
    }

    /// <summary>True where it is the same text.</summary>
    public bool Is(SearchText other) => _whole == other._whole;

    /// <summary>How well it matches what somebody looks for: <see cref="Same"/>, its beginning, words of it or their beginnings in any
    /// order, any part of it, or one of these with small typing errors; 0 where it does not. Digits are never taken for errors: a TB3 is
    /// no TB2.</summary>
    public int Matches(SearchText sought)
    {
        if (sought.IsEmpty || IsEmpty)
        {
            return 0;
        }

        if (_whole == sought._whole)
        {
            return Same;
        }

        if (_whole.StartsWith(sought._whole, StringComparison.Ordinal))
        {
            return 90;
        }

        if (Array.TrueForAll(sought._words, x => Array.Exists(_words, own => own.StartsWith(x, StringComparison.Ordinal))))
        {
            return 80;
        }

        return sought.Length >= 3 && _whole.Contains(sought._whole, StringComparison.Ordinal) ? 70
            : ErrorsIn(sought) is { } errors ? 60 - (10 * errors) : 0;
    }

    /// <summary>The fewest typing errors with which it is found; null where there are too many.</summary>
    private int? ErrorsIn(SearchText sought)
    {
        var whole = Errors(sought._whole, sought._letters[^1], _whole, _letters[^1]);
        var sum = 0;
        for (var i = 0; i < sought._words.Length; i++)
        {
            int? least = null;
            for (var own = 0; own < _words.Length; own++)
            {
                if (Errors(sought._words[i], sought._letters[i], _words[own], _letters[own]) is { } errors && !(errors >= least))
                {
                    least = errors;
                }
            }

            if (least is null)
            {
                return whole;
            }

            sum += least.Value;
        }

        return sum > Allowed(sought.Length) ? whole : Math.Min(sum, whole ?? sum);
    }

    /// <summary>Errors that are forgiven in so many letters.</summary>
    private static int Allowed(int letters) => letters switch { < 4 => 0, < 8 => 1, _ => 2 };

    /// <summary>The typing errors (a letter wrong, left out, too many, or two exchanged) in a word, or in the beginning of a longer word
    /// that is typed so far; null where they are too many, or of digits.</summary>
    private static int? Errors(string typed, ulong typedLetters, string word, ulong wordLetters)
    {
        var allowed = Allowed(typed.Length);
        // Each letter that the word does not have is an error at least.
        if (BitOperations.PopCount(typedLetters & ~wordLetters) > allowed || word.Length < typed.Length - allowed
            || typed.Length > LongestWord)
        {
            return null;
        }

        var most = Math.Min(word.Length, typed.Length + allowed);
        Span<int> before = stackalloc int[LongestWord + 3];
        Span<int> last = stackalloc int[LongestWord + 3];
        Span<int> now = stackalloc int[LongestWord + 3];
        for (var j = 0; j <= most; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= typed.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= most; j++)
            {
                var wrong = typed[i - 1] == word[j - 1] ? 0 : 1;
                now[j] = Math.Min(Math.Min(now[j - 1], last[j]) + 1, last[j - 1] + wrong);
                if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1])
                {
                    now[j] = Math.Min(now[j], before[j - 2] + 1);
                }
            }

            var spare = before;
            before = last;
            last = now;
            now = spare;
        }

        int? least = null;
        for (var j = Math.Max(0, typed.Length - allowed); j <= most; j++)
        {
            if (last[j] <= allowed && !(last[j] >= least) && HasSameDigits(typed, word.AsSpan(0, j)))
            {
                least = last[j];
            }
        }

        return least;
    }

    private static bool HasSameDigits(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var at = 0;
        foreach (var character in one)
        {
            if (char.IsDigit(character))
            {
                while (at < other.Length && !char.IsDigit(other[at]))
                {
                    at++;
                }

                if (at == other.Length || other[at++] != character)
                {
                    return false;
                }
            }
        }

        while (at < other.Length && !char.IsDigit(other[at]))
        {
            at++;
        }

        return at == other.Length;
    }

    /// <summary>The letters that a word has, as bits: different letters may share one.</summary>
    private static ulong LettersOf(string word) => word.Aggregate(0UL, (letters, x) => letters | (1UL << (x & 63)));

    /// <summary>Marks, and apostrophes, which some write and others leave out.</summary>
    private static bool IsWithinWord(Rune rune) => rune.Value is '\'' or '’' or '‘' or '`'
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    /// <summary>Adds a letter or digit. What has no decomposition in Unicode is written as people without the letter write it.</summary>
    private static void Fold(Rune rune, StringBuilder word)
    {
        _ = rune.Value switch
        {
            'æ' => word.Append("ae"),
            'œ' => word.Append("oe"),
            'ø' => word.Append('o'),
            'đ' or 'ð' => word.Append('d'),
            'ħ' => word.Append('h'),
            'ł' => word.Append('l'),
            'þ' => word.Append("th"),
            'ʼ' or 'ʻ' => word,
            _ => word.Append(rune.ToString()),
        };
    }
}
