using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Ledger.Facts;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>Reads JSON from clients strictly: an unknown member, a duplicate or a number written as text is refused as a typo, since a typo
/// must not lose a fact. Stored events are read tolerantly (<see cref="StoredJson"/>).</summary>
public static partial class StrictJson
{
    /// <summary>For requests: members that only the server sets are unknown.</summary>
    public static readonly JsonSerializerOptions Requests = StoredJson.Make(JsonUnmappedMemberHandling.Disallow, HideServerMembers);

    private static readonly JsonDocumentOptions Documents = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = Limits.JsonDepth,
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
    };

    /// <summary>Parses a body.</summary>
    /// <param name="utf8">The body. The document reads from this memory.</param>
    /// <param name="shape">The required kind of the body: an object or an array.</param>
    /// <exception cref="ProblemException">400: not JSON in UTF-8, a string that is not valid text, or a duplicate member.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, JsonValueKind shape = JsonValueKind.Object)
    {
        MustBeText(utf8.Span);
        try
        {
            var document = JsonDocument.Parse(utf8, Documents);
            if (document.RootElement.ValueKind == shape)
            {
                return document;
            }

            document.Dispose();
            throw Fault("wrongType", "", shape == JsonValueKind.Array ? "The body is a JSON array." : "The body is a JSON object.");
        }
        catch (JsonException fault)
        {
            var place = $"at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}";
            throw fault.Message.Contains("uplicate", StringComparison.Ordinal)
                ? Fault("duplicateMember", "",
                    $"A member stands twice{Quoted(fault.Message)}: which of the two was meant is not ours to guess.")
                : fault.Message.Contains("maximum configured depth", StringComparison.Ordinal)
                ? Fault("tooDeep", "", $"Nested more than {Documents.MaxDepth} deep, {place}.")
                : Fault("notJson", "", $"Not JSON, {place}.");
        }
    }

    /// <summary>Deserializes a body.</summary>
    /// <exception cref="ProblemException">400, with a pointer to the first unknown member or value of a wrong type.</exception>
    public static T Read<T>(JsonElement body)
    {
        try
        {
            return body.Deserialize<T>(Requests) ?? throw Fault("wrongType", "", "The body is a JSON object.");
        }
        catch (JsonException fault)
        {
            var pointer = PointerOf(fault.Path);
            throw fault.Message.Contains("could not be mapped", StringComparison.Ordinal)
                ? Fault("unknownMember", pointer, "No member of this name is known here; a typo must not lose a fact.")
                : Fault("wrongType", pointer, "The value is of the wrong type, or out of its range.");
        }
    }

    /// <summary>Refuses bytes that are not UTF-8, and escapes of half a surrogate pair, which is well-formed JSON but not valid text (RFC
    /// 7493, 2.1). The parser would find either only when the string is read; after this check no later reader can fail.</summary>
    private static void MustBeText(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw Fault("notUtf8", "", "The body is not UTF-8.");
        }

        if (utf8.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Limits.JsonDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (InvalidOperationException)
        {
            throw Fault("notText", "", "A text holds half of a surrogate pair, which is no character.");
        }
        catch (JsonException)
        {
            // The parser reports it with its place.
        }
    }

    /// <summary>The problem of a body that is malformed.</summary>
    /// <param name="code">A stable word for programs.</param>
    /// <param name="at">JSON Pointer to the fault; empty for the whole body.</param>
    /// <param name="detail">A sentence for people.</param>
    public static ProblemException Fault(string code, string at, string detail) =>
        new(ProblemKinds.Malformed, detail) { Errors = [new ProblemError(at, code, detail)] };

    private static string Quoted(string message) => QuotedName().Match(message) is { Success: true } name ? $" ({name.Value})" : "";

    /// <summary>From the serializer's path (<c>$.quantity.n</c>, <c>$.supersedes[0]</c>, <c>$['a b']</c>) to a JSON Pointer, RFC
    /// 6901.</summary>
    internal static string PointerOf(string? path)
    {
        if (path is null or "$")
        {
            return "";
        }

        var pointer = new System.Text.StringBuilder();
        foreach (Match step in PathStep().Matches(path))
        {
            var name = step.Groups["name"] is { Success: true } plain ? plain.Value
                : step.Groups["index"] is { Success: true } index ? index.Value : step.Groups["quoted"].Value;
            pointer.Append(PointerTo(name));
        }

        return pointer.ToString();
    }

    /// <summary>One step of a JSON Pointer.</summary>
    internal static string PointerTo(string name) =>
        $"/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static void HideServerMembers(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].AttributeProvider?.IsDefined(typeof(SetByServerAttribute), true) == true)
            {
                type.Properties.RemoveAt(i);
            }
        }
    }

    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\[(?<index>\d+)\]|\['(?<quoted>.*?)'\]", RegexOptions.CultureInvariant)]
    private static partial Regex PathStep();

    [GeneratedRegex("'[^']{1,200}'", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedName();
}
