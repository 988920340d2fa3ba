using System.Text.Json;
using Ledger.Problems;

namespace Ledger.Editions;

/// <summary>The JSON that SIPRI's own address answers with: <c>{"bytes": the CSV file in base64}</c>.</summary>
public static class RegisterEnvelope
{
    private const string Member = "bytes";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The CSV file in an envelope; what is not JSON as it is.</summary>
    /// <exception cref="ProblemException">422: it is JSON, and not a sound envelope.</exception>
    public static ReadOnlyMemory<byte> Opened(ReadOnlyMemory<byte> file)
    {
        if (FirstOf(file.Span) is not ((byte)'{' or (byte)'['))
        {
            return file;
        }

        try
        {
            using var json = JsonDocument.Parse(file, Strict);
            if (json.RootElement is not { ValueKind: JsonValueKind.Object } envelope || !envelope.TryGetProperty(Member, out var bytes)
                || bytes.ValueKind != JsonValueKind.String)
            {
                throw RegisterRefusal.NoRegister(
                    """The file is JSON, and not the envelope that SIPRI answers with: {"bytes": "the CSV file in base64"}.""");
            }

            foreach (var other in envelope.EnumerateObject().Where(x => !x.NameEquals(Member)))
            {
                throw RegisterRefusal.NoRegister(
                    $"SIPRI's JSON envelope has one member, 'bytes'; '{RegisterCells.Shown(other.Name)}' is unknown.");
            }

            return bytes.TryGetBytesFromBase64(out var csv) ? csv : throw RegisterRefusal.NoRegister(
                "The file is SIPRI's JSON envelope, but its member 'bytes' is not base64: it may have been cut.");
        }
        catch (InvalidOperationException)
        {
            throw RegisterRefusal.NoRegister("The file is JSON with a text that is not Unicode.");
        }
        catch (JsonException fault)
        {
            throw RegisterRefusal.NoRegister($"The file begins as JSON and is none, as line {fault.LineNumber + 1}, byte "
                + $"{fault.BytePositionInLine + 1}, shows: it may have been cut.");
        }
    }

    /// <summary>Whether a file is such an envelope, as far as its beginning tells.</summary>
    public static bool IsBegunIn(ReadOnlySpan<byte> beginning)
    {
        var reader = new Utf8JsonReader(beginning.StartsWith("\uFEFF"u8) ? beginning[3..] : beginning, isFinalBlock: false, default);
        try
        {
            while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 0))
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(Member))
                {
                    return true;
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Not JSON, or not of Unicode.
        }

        return false;
    }

    private static byte FirstOf(ReadOnlySpan<byte> file) => file.TrimStart(" \t\r\n"u8) is [var first, ..] ? first : (byte)0;
}
