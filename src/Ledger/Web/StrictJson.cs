using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ledger.Facts;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>Reads JSON from clients strictly: an unknown member, a duplicate or a number written as text is refused as a typo, since a typo
/// must not lose a fact. Stored events are read tolerantly (<see cref="StoredJson"/>).</summary>
public static class StrictJson
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

    /// <summary>Parses a body. A byte order mark before it is skipped, and whole numbers are read however they are written.</summary>
    /// <param name="utf8">The body. The document may read from this memory.</param>
    /// <param name="shape">The required kind of the body: an object or an array.</param>
    /// <param name="isLine">It is one line of an import, which has no lines of its own.</param>
    /// <exception cref="ProblemException">400: not JSON in UTF-8, a string that is not valid text, or a duplicate member.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, JsonValueKind shape = JsonValueKind.Object, bool isLine = false)
    {
        var text = JsonText.Checked(utf8);
        try
        {
            var document = JsonDocument.Parse(text, Documents);
            if (document.RootElement.ValueKind == shape)
            {
                return document;
            }

            var came = MemberTypes.Words(document.RootElement.ValueKind);
            document.Dispose();
            throw Fault("wrongType", "",
                $"{(isLine ? "A line" : "The body")} is a JSON {(shape == JsonValueKind.Array ? "array" : "object")}, not {came}.");
        }
        catch (JsonException fault)
        {
            throw ProblemOf(fault, text.Span, isLine);
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
            MemberTypes.Check(body, Requests.GetTypeInfo(typeof(T)), Requests);
            // The serializer is stricter than we know how to tell.
            throw Fault("wrongType", "", $"A value is not of the type that is asked, at {fault.Path ?? "$"}.");
        }
    }

    private static ProblemException ProblemOf(JsonException fault, ReadOnlySpan<byte> text, bool isLine)
    {
        var place = isLine ? $"at byte {fault.BytePositionInLine + 1} of the line"
            : $"at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}";
        if (fault.Message.Contains("uplicate", StringComparison.Ordinal) && JsonText.Duplicate(text) is var (pointer, name))
        {
            var shown = QueryParameters.Shown(name);
            return Fault("duplicateMember", pointer,
                $"The member '{shown}' stands twice: which of the two was meant is not ours to guess.");
        }

        if (fault.Message.Contains("maximum configured depth", StringComparison.Ordinal))
        {
            return Fault("tooDeep", "", $"Nested more than {Documents.MaxDepth} deep, {place}.");
        }

        if (text.Trim(" \t\r\n"u8).IsEmpty)
        {
            return Fault("notJson", "", "Not JSON: nothing was sent.");
        }

        return Fault("notJson", "", JsonText.HasMore(text)
            ? $"Something follows the JSON value, {place}: {(isLine ? "one report a line" : "a body is one value")}."
            : $"Not JSON, {place}{JsonText.Advice(text, fault)}.");
    }

    /// <summary>The problem of a body that is malformed.</summary>
    /// <param name="code">A stable word for programs.</param>
    /// <param name="at">JSON Pointer to the fault; empty for the whole body.</param>
    /// <param name="detail">A sentence for people.</param>
    public static ProblemException Fault(string code, string at, string detail) =>
        new(ProblemKinds.Malformed, detail) { Errors = [new ProblemError(at, code, detail)] };

    /// <summary>One step of a JSON Pointer.</summary>
    internal static string PointerTo(string name) =>
        $"/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>Takes out the members that only the server sets, and those that nobody sets: the serializer keeps a member that is ignored
    /// or calculated among the known ones, and would pass over it without a word.</summary>
    private static void HideServerMembers(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            var property = type.Properties[i];
            if (property.Set is null || property.AttributeProvider?.IsDefined(typeof(SetByServerAttribute), true) == true)
            {
                type.Properties.RemoveAt(i);
            }
        }
    }
}
