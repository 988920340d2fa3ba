using System.Text.Json;
using Ledger.Editions;
using Ledger.Problems;

namespace Ledger.Host.Commands;

/// <summary>What a file that is to be imported is.</summary>
internal enum ImportFileKind
{
    /// <summary>Reports, one a line.</summary>
    Ndjson,

    /// <summary>A register as a table.</summary>
    Register,

    /// <summary>A register in SIPRI's JSON envelope.</summary>
    Envelope,
}

/// <summary>Tells what a file that is to be imported is, by its beginning: a file that is neither reports nor a register is told so before
/// anything is sent.</summary>
internal static class ImportFile
{
    /// <summary>Bytes of a file that are looked at.</summary>
    private const int LookedAt = 64 * 1024;

    /// <summary>What a file is, as far as its beginning tells.</summary>
    /// <exception cref="OperatorException">It is nothing that can be imported, or cannot be read.</exception>
    public static ImportFileKind KindOf(string file)
    {
        var beginning = BeginningOf(file);
        if (RegisterEnvelope.IsBegunIn(beginning))
        {
            return ImportFileKind.Envelope;
        }

        var text = beginning.StartsWith("\uFEFF"u8) ? beginning[3..] : beginning;
        text = text.TrimStart(" \t\r\n"u8);
        return text switch
        {
            [] => throw new OperatorException($"{file} is empty: there is nothing to import."),
            [(byte)'[', ..] => throw new OperatorException(
                $"{file} begins as a JSON array. Reports are NDJSON: one object a line, without brackets or commas around them."),
            [(byte)'{', ..] when IsOverLines(text, beginning.Length < LookedAt) => throw new OperatorException(
                $"{file} is one JSON document over several lines. Reports are NDJSON: one object a line."),
            [(byte)'{', ..] => ImportFileKind.Ndjson,
            [0xFF, 0xFE, (byte)'{', 0, ..] or [0xFE, 0xFF, 0, (byte)'{', ..] =>
                throw new OperatorException($"{file} is UTF-16. Reports are NDJSON in UTF-8."),
            _ => ImportFileKind.Register,
        };
    }

    private static ReadOnlySpan<byte> BeginningOf(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var beginning = new byte[LookedAt];
            return beginning.AsSpan(0, stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false));
        }
        catch (Exception unreadable) when (unreadable is UnauthorizedAccessException or IOException)
        {
            throw new OperatorException($"{file} cannot be read: {unreadable.Message}");
        }
    }

    /// <summary>Whether the first value goes on beyond its line. A line that is no JSON is not one: the service tells of it, with its
    /// number.</summary>
    private static bool IsOverLines(ReadOnlySpan<byte> text, bool isWhole)
    {
        var reader = new Utf8JsonReader(text, isWhole, default);
        try
        {
            while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 0))
            {
                // Up to the end of the first value.
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return text[..(int)reader.BytesConsumed].Contains((byte)'\n');
    }
}
