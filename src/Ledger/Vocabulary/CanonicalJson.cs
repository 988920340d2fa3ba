using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ledger.Vocabulary;

/// <summary>The canonical form of a JSON value, RFC 8785 (JCS), for I-JSON (RFC 7493) without fractions: equal values give equal bytes and
/// equal hashes. Own code, since no well-kept library with a licence was found, and without fractions the form is short.</summary>
public static class CanonicalJson
{
    /// <summary>Writes a value as canonical UTF-8.</summary>
    /// <param name="value">The value.</param>
    /// <param name="output">Where to.</param>
    /// <param name="withoutNulls">Leaves out the members of objects that are null; an item of a list stays.</param>
    /// <param name="except">Members of the value itself that are left out.</param>
    /// <exception cref="FormatException">A number is not a whole 64-bit one.</exception>
    public static void Write(
        JsonElement value, IBufferWriter<byte> output, bool withoutNulls = false, params ReadOnlySpan<string> except)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, output, withoutNulls, except);
                break;
            case JsonValueKind.Array:
                output.Write("["u8);
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    output.Write(first ? ""u8 : ","u8);
                    first = false;
                    Write(item, output, withoutNulls);
                }

                output.Write("]"u8);
                break;
            case JsonValueKind.String:
                WriteString(value.GetString()!, output);
                break;
            case JsonValueKind.Number:
                output.Write(Encoding.UTF8.GetBytes(value.GetInt64().ToString(CultureInfo.InvariantCulture)));
                break;
            default:
                output.Write(value.ValueKind switch { JsonValueKind.True => "true"u8, JsonValueKind.False => "false"u8, _ => "null"u8 });
                break;
        }
    }

    private static void WriteObject(JsonElement value, IBufferWriter<byte> output, bool withoutNulls, ReadOnlySpan<string> except)
    {
        // RFC 8785, 3.2.3: members are ordered by the UTF-16 code units of their names, which is what ordinal comparison does.
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (!except.Contains(member.Name) && !(withoutNulls && member.Value.ValueKind == JsonValueKind.Null))
            {
                members.Add(member.Name, member.Value);
            }
        }

        output.Write("{"u8);
        var first = true;
        foreach (var (name, member) in members)
        {
            output.Write(first ? ""u8 : ","u8);
            first = false;
            WriteString(name, output);
            output.Write(":"u8);
            Write(member, output, withoutNulls);
        }

        output.Write("}"u8);
    }

    /// <summary>RFC 8785, 3.2.2.2: only quotation mark, backslash and control characters are escaped.</summary>
    private static void WriteString(string text, IBufferWriter<byte> output)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\b' => escaped.Append("\\b"),
                '\f' => escaped.Append("\\f"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }

        output.Write(Encoding.UTF8.GetBytes(escaped.Append('"').ToString()));
    }
}
