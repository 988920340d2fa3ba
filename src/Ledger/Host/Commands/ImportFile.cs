using System.Text.Json;
using Ledger.Editions;
using Ledger.Problems;

namespace Ledger.Host.Commands;

/// <summary>What a file that is to be imported is, by its beginning: a file that is neither reports nor a register is told so before
/// anything is sent.</summary>
internal static class ImportFile
{
    /// <summary>Bytes of a file that is looked at as a whole.</summary>
    private const int LookedAt = Limits.EditionBytes;

    /// <summary>Whether it is a register in SIPRI's JSON envelope, as far as its beginning tells.</summary>
    /// <exception cref="OperatorException">It cannot be read.</exception>
    public static bool IsEnvelope(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var beginning = new byte[64 * 1024];
            var read = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
            return RegisterEnvelope.IsBegunIn(beginning.AsSpan(0, read));
        }
        catch (Exception unreadable) when (unreadable is UnauthorizedAccessException or IOException)
        {
            throw new OperatorException($"{file} cannot be read: {unreadable.Message}");
        }
    }

    /// <summary>Whether it is NDJSON; anything else that can be imported is a register.</summary>
    /// <exception cref="OperatorException">It is nothing that can be imported, or cannot be read.</exception>
    public static bool IsNdjson(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            int next;
            do
            {
                next = stream.ReadByte();
            }
            while (next is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);
            return next switch
            {
                -1 => throw new OperatorException($"{file} is empty: there is nothing to import."),
                '[' => throw new OperatorException(
                    $"{file} begins as a JSON array. Reports are NDJSON: one object a line, without brackets or commas around them."),
                '{' => IsByLine(stream) ? true : throw new OperatorException($"{file} is one JSON document over several lines. Reports are "
                    + "NDJSON: one object a line."),
                0xFF or 0xFE when stream.ReadByte() is 0xFF or 0xFE && stream.ReadByte() is '{' or 0 && stream.ReadByte() is '{' or 0 =>
                    throw new OperatorException($"{file} is UTF-16. Reports are NDJSON in UTF-8."),
                _ => false,
            };
        }
        catch (Exception unreadable) when (unreadable is UnauthorizedAccessException or IOException)
        {
            throw new OperatorException($"{file} cannot be read: {unreadable.Message}");
        }
    }

    /// <summary>Whether each line is a value by itself: false where the first is none, but the file is as a whole. The service tells of
    /// any other fault, line by line.</summary>
    private static bool IsByLine(FileStream stream)
    {
        stream.Position = 0;
        using var reader = new StreamReader(stream);
        if (stream.Length > LookedAt)
        {
            return true;
        }

        var text = reader.ReadToEnd().Trim();
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 || IsJson(text[..end]) || !IsJson(text);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
