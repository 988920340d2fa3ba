using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Ledger.Reports;

namespace Ledger.Hosting;

/// <summary>How JSON is read from a client, and how it is stored. A request is read strictly: an unknown member, a duplicate or a number
/// written as text is a typo, and a typo must not lose a fact. A stored event is read tolerantly: a member that this build does not know
/// was written by a newer one, stays in the store, and is ignored here.</summary>
public static partial class StrictJson
{
    /// <summary>Of requests: the members that only the server sets are unknown here.</summary>
    public static readonly JsonSerializerOptions Requests = Make(JsonUnmappedMemberHandling.Disallow, HideServerMembers);

    /// <summary>Of stored events and of answers: absent members stay absent.</summary>
    public static readonly JsonSerializerOptions Stored = Make(JsonUnmappedMemberHandling.Skip, _ => { });

    private static readonly JsonDocumentOptions Documents = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = Limits.JsonDepth,
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
    };

    /// <summary>Applies the conventions of stored events to another set of options: the store's.</summary>
    public static void Apply(JsonSerializerOptions options) => Apply(options, JsonUnmappedMemberHandling.Skip);

    private static void Apply(JsonSerializerOptions options, JsonUnmappedMemberHandling unknown)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.AllowDuplicateProperties = false;
        // What an old event did not have is absent; the validators say what a request must have.
        options.RespectRequiredConstructorParameters = false;
        options.UnmappedMemberHandling = unknown;
        options.MaxDepth = Limits.JsonDepth;
    }

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
        new(Problems.Malformed, detail) { Errors = [new ProblemError(at, code, detail)] };

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

    private static JsonSerializerOptions Make(JsonUnmappedMemberHandling unknown, Action<JsonTypeInfo> modify)
    {
        var options = new JsonSerializerOptions(JsonSerializerOptions.Strict)
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { modify } },
        };
        Apply(options, unknown);
        options.MakeReadOnly();
        return options;
    }

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
