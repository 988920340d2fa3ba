using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Web;

/// <summary>What bodies of JSON are before they are parsed: UTF-8 whose texts are those of I-JSON (RFC 7493, 2.1), and in which every
/// whole number is written as an integer, so that nobody behind this door meets another form.</summary>
internal static class JsonText
{
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = Limits.JsonDepth };

    /// <summary>Bytes with which a noncharacter or an escape can begin; most texts have none of them.</summary>
    private static readonly SearchValues<byte> Suspect = SearchValues.Create([(byte)'\\', 0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4]);

    private static readonly SearchValues<byte> BeforeWord = SearchValues.Create(" \t\r\n:,[{"u8);

    /// <summary>The text without a byte order mark, its whole numbers written as integers.</summary>
    /// <param name="utf8">The body. What is returned may share its memory.</param>
    /// <exception cref="ProblemException">400: not UTF-8, half of a surrogate pair, or a noncharacter, in a text or in a member's
    /// name.</exception>
    public static ReadOnlyMemory<byte> Checked(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            throw StrictJson.Fault("notUtf8", "", utf8.Span is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]
                ? "UTF-16, by its byte order mark; JSON is UTF-8." : "Not UTF-8.");
        }

        var text = utf8.Span.StartsWith(NdjsonLines.ByteOrderMark) ? utf8[NdjsonLines.ByteOrderMark.Length..] : utf8;
        if (IsPlain(text.Span))
        {
            return text;
        }

        var reader = new Utf8JsonReader(text.Span, Reading);
        ArrayBufferWriter<byte>? rewritten = null;
        var copied = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    MustBeText(ref reader, text.Span);
                }
                else if (reader.TokenType == JsonTokenType.Number && WholeNumber.IsWrittenOtherwise(reader.ValueSpan)
                    && WholeNumber.IsWhole(reader.ValueSpan, out var value, out var fits) && fits)
                {
                    rewritten ??= new ArrayBufferWriter<byte>(text.Length);
                    var at = (int)reader.TokenStartIndex;
                    rewritten.Write(text.Span[copied..at]);
                    rewritten.Write(System.Text.Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
                    copied = at + reader.ValueSpan.Length;
                }
            }
        }
        catch (JsonException)
        {
            // The parser reports it with its place, in the text as it was sent.
            return text;
        }

        rewritten?.Write(text.Span[copied..]);
        return rewritten?.WrittenMemory ?? text;
    }

    /// <summary>Whether a text can hold nothing that is refused or rewritten here, by its bytes alone: most can not, and need not be read
    /// before the parser reads them.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAny(Suspect))
        {
            return false;
        }

        // A number that is written otherwise than as digits has a point or an exponent behind some of them.
        while (text.IndexOfAnyInRange((byte)'0', (byte)'9') is var digit and >= 0)
        {
            text = text[digit..];
            var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (end < 0)
            {
                return true;
            }

            if (WholeNumber.IsWrittenOtherwise(text.Slice(end, 1)))
            {
                return false;
            }

            text = text[end..];
        }

        return true;
    }

    /// <summary>Pointer to the first member that stands a second time in its object, and its name; null where none does.</summary>
    public static (string Pointer, string Name)? Duplicate(ReadOnlySpan<byte> utf8)
    {
        var places = new Places();
        var reader = new Utf8JsonReader(utf8, Reading);
        try
        {
            while (reader.Read())
            {
                if (!places.Take(ref reader))
                {
                    return (places.Pointer, reader.GetString()!);
                }
            }
        }
        catch (JsonException)
        {
            // Nothing stands twice up to where it ceases to be JSON.
        }

        return null;
    }

    /// <summary>Whether something follows a value that is whole by itself: objects one after the other, as some exporters write
    /// them.</summary>
    public static bool HasMore(ReadOnlySpan<byte> utf8)
    {
        // Marked as a part, so that the reader stops behind the value rather than find fault with what follows.
        var reader = new Utf8JsonReader(utf8, isFinalBlock: false, new JsonReaderState(Reading));
        try
        {
            return reader.Read() && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.TrySkip()
                && !utf8[(int)reader.BytesConsumed..].Trim(" \t\r\n"u8).IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What to write instead of a word of another language that stands where the parser stopped; empty for all else.</summary>
    public static string Advice(ReadOnlySpan<byte> utf8, JsonException fault)
    {
        for (var line = fault.LineNumber ?? 0; line > 0; line--)
        {
            utf8 = utf8[(utf8.IndexOf((byte)'\n') + 1)..];
        }

        var at = (int)Math.Min(fault.BytePositionInLine ?? 0, utf8.Length);
        // The parser may stop within the word.
        var start = utf8[..at].LastIndexOfAny(BeforeWord) + 1;
        var rest = utf8[start..];
        return rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || rest.StartsWith("-Infinity"u8)
            || rest.StartsWith("None"u8) || rest.StartsWith("undefined"u8)
            ? ": what is not known is null, or left out"
            : rest.StartsWith("True"u8) || rest.StartsWith("False"u8) ? ": true and false have no capitals"
            : rest.StartsWith("'"u8) ? ": texts stand in double quotation marks" : "";
    }

    private static void MustBeText(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        if (!reader.ValueSpan.ContainsAny(Suspect))
        {
            return;
        }

        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw StrictJson.Fault("notText", PlaceOf(utf8, reader.TokenStartIndex),
                "A text holds half of a surrogate pair, which is no character.");
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (IsNoncharacter(rune.Value))
            {
                throw StrictJson.Fault("notText", PlaceOf(utf8, reader.TokenStartIndex),
                    $"A text holds U+{rune.Value:X4}, which Unicode keeps from being a character; I-JSON (RFC 7493) has none.");
            }
        }
    }

    /// <summary>U+FDD0 to U+FDEF, and the last two of every plane.</summary>
    private static bool IsNoncharacter(int code) => (code & 0xFFFE) == 0xFFFE || code is >= 0xFDD0 and <= 0xFDEF;

    /// <summary>Pointer to the value that begins at an offset; for the name of a member, which cannot be repeated in an answer, to its
    /// object.</summary>
    private static string PlaceOf(ReadOnlySpan<byte> utf8, long offset)
    {
        var places = new Places();
        var reader = new Utf8JsonReader(utf8, Reading);
        while (reader.Read() && reader.TokenStartIndex < offset)
        {
            places.Take(ref reader);
        }

        return reader.TokenType == JsonTokenType.PropertyName ? places.Enclosing : places.Next();
    }

    /// <summary>Where a reader is, as a JSON Pointer.</summary>
    private sealed class Places
    {
        private readonly List<Frame> _frames = [];

        private sealed class Frame(bool isArray)
        {
            public bool IsArray { get; } = isArray;
            public int Index { get; set; } = -1;
            public string? Name { get; set; }
            public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
            public string Step => StrictJson.PointerTo(IsArray ? Index.ToString(CultureInfo.InvariantCulture) : Name ?? "");
        }

        /// <summary>To the value or member taken last.</summary>
        public string Pointer => string.Concat(_frames.Select(x => x.Step));

        /// <summary>To the innermost object or list.</summary>
        public string Enclosing => string.Concat(_frames.SkipLast(1).Select(x => x.Step));

        /// <summary>To the value that follows.</summary>
        public string Next()
        {
            if (_frames is [.., { IsArray: true } list])
            {
                list.Index++;
            }

            return Pointer;
        }

        /// <summary>Takes a token; false for a member whose name stands in its object already.</summary>
        public bool Take(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    _frames[^1].Name = reader.GetString();
                    return _frames[^1].Names.Add(_frames[^1].Name!);
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _frames.RemoveAt(_frames.Count - 1);
                    return true;
                default:
                    Next();
                    if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    {
                        _frames.Add(new Frame(reader.TokenType == JsonTokenType.StartArray));
                    }

                    return true;
            }
        }
    }
}
