using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Ledger.Facts;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>How JSON is read from a client: strictly. An unknown member, a duplicate or a number written as text is a typo, and a typo must
/// not lose a fact. Stored events are read tolerantly (<see cref="StoredJson"/>).</summary>
public static partial class StrictJson
{
    /// <summary>Of requests: the members that only the server sets are unknown here.</summary>
    public static readonly JsonSerializerOptions Requests = StoredJson.Make(JsonUnmappedMemberHandling.Disallow, HideServerMembers);

    private static readonly JsonDocumentOptions Documents = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = Limits.JsonDepth,
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
    };

    /// <summary>Reads a body of JSON.</summary>
    /// <param name="shape">What the whole of it is: an object or an array.</param>
    /// <exception cref="ProblemException">400: it is not JSON in UTF-8, a text in it is none, or a member stands twice.</exception>
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
            throw fault.Message.Contains("uplicate", StringComparison.Ordinal)
                ? Fault("duplicateMember", "", $"A member stands twice{Quoted(fault.Message)}: which of the two was meant is not ours to guess.")
                : fault.Message.Contains("maximum configured depth", StringComparison.Ordinal)
                ? Fault("tooDeep", "", $"Nested more than {Documents.MaxDepth} deep, at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.")
                : Fault("notJson", "", $"Not JSON, at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.");
        }
    }

    /// <summary>Reads a value of a known shape from a body.</summary>
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

    /// <summary>The parser checks neither the encoding nor what escapes stand for before somebody reads the text: half of a surrogate pair
    /// is well-formed JSON, but no text (RFC 7493, 2.1). Refused here, so that no reader of names or values meets one.</summary>
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
            // The parser says so better.
        }
    }

    /// <summary>The refusal of a body that cannot be read.</summary>
    /// <param name="at">JSON Pointer to the fault.</param>
    public static ProblemException Fault(string code, string at, string detail) =>
        new(ProblemKinds.Malformed, detail) { Errors = [new ProblemError(at, code, detail)] };

    private static string Quoted(string message) => QuotedName().Match(message) is { Success: true } name ? $" ({name.Value})" : "";

    /// <summary>From the serializer's path (<c>$.quantity.n</c>, <c>$.supersedes[0]</c>, <c>$['a b']</c>) to a JSON Pointer, RFC 6901.</summary>
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
