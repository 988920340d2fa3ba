using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>A report in the envelope of CloudEvents 1.0, JSON format: source and id are its feed and id, the type says its kind, data is
/// its body. What else stands on the envelope is transport: it must be legal, is not kept, and is no part of what was said
/// (decision 0012).</summary>
public static class CloudEvent
{
    private const string Version = "1.0";

    private static readonly string[] Texts = ["specversion", "type", "source", "id", "datacontenttype", "dataschema", "subject", "time"];

    /// <summary>The type of each kind, <c>ledger.delivery.v1</c>.</summary>
    public static readonly IReadOnlyDictionary<string, ReportKind> Types =
        Enum.GetValues<ReportKind>().ToDictionary(x => $"ledger.{WordNames.Of(x)}.v1", StringComparer.Ordinal);

    /// <summary>Reads an event to a report that obeys every rule of its own.</summary>
    /// <exception cref="ProblemException">400, 403, 413 or 422; its pointers lead into the event.</exception>
    public static ValidReport Read(JsonElement said, Caller caller)
    {
        MustBeLegal(said);
        var broken = new List<ProblemError>();
        var kind = ReadEnvelope(said, broken);
        if (!said.TryGetProperty("data", out var data) || data.ValueKind == JsonValueKind.Null)
        {
            broken.Add(new ProblemError("/data", "required", "The report itself."));
            throw BrokenRules.Problem(broken);
        }

        MustBeOneReport(data);
        foreach (var (member, attribute) in (ReadOnlySpan<(string, string)>)[("id", "id"), ("feed", "source")])
        {
            if (data.TryGetProperty(member, out var inner) && !(inner.ValueKind == JsonValueKind.String && inner.GetString() == Text(said, attribute)))
            {
                broken.Add(new ProblemError($"/data/{member}", "otherIdentity", $"Is said by the event's {attribute}; if it is said again, it is the same."));
            }
        }

        ValidReport? posted = null;
        try
        {
            posted = kind is { } known ? Intake.Read(known, BodyOf(said, data), caller) : null;
        }
        catch (ProblemException refusal) when (refusal.Kind == ProblemKinds.Invalid)
        {
            broken.AddRange(refusal.Errors.Select(Placed));
        }
        catch (ProblemException refusal)
        {
            throw refusal.With([.. refusal.Errors.Select(Placed)]);
        }

        return broken.Count == 0 ? posted! : throw BrokenRules.Problem(broken);
    }

    /// <summary>A fault of a report as a fault of the event that carries it.</summary>
    public static ProblemError Placed(ProblemError error) => error with
    {
        At = error.At switch { "/id" => "/id", "/feed" => "/source", var inner => $"/data{inner}" },
    };

    /// <summary>Names and types of attributes, whatever they mean: a member that no CloudEvent can have is a typo.</summary>
    private static void MustBeLegal(JsonElement said)
    {
        if (said.ValueKind != JsonValueKind.Object)
        {
            throw StrictJson.Fault("wrongType", "", "An event is a JSON object.");
        }

        foreach (var attribute in said.EnumerateObject().Where(x => x.Name != "data"))
        {
            // A long name is not repeated in the answer.
            var pointer = attribute.Name.Length <= Limits.NameCharacters ? StrictJson.PointerTo(attribute.Name) : "";
            if (attribute.Name == "data_base64")
            {
                throw StrictJson.Fault("unknownMember", pointer, "A report is JSON: it stands in data.");
            }

            if (attribute.Name.Length == 0 || !attribute.Name.All(x => char.IsAsciiLetterLower(x) || char.IsAsciiDigit(x)))
            {
                throw StrictJson.Fault("unknownMember", pointer, "Not the name of an attribute: those have lower-case letters and digits (CloudEvents 1.0).");
            }

            var isOfItsType = attribute.Value.ValueKind switch
            {
                JsonValueKind.String or JsonValueKind.Null => true,
                JsonValueKind.Number => !Texts.Contains(attribute.Name) && attribute.Value.TryGetInt32(out _),
                JsonValueKind.True or JsonValueKind.False => !Texts.Contains(attribute.Name),
                _ => false,
            };
            if (!isOfItsType)
            {
                throw StrictJson.Fault("wrongType", pointer, Texts.Contains(attribute.Name)
                    ? "The value is a text." : "The value of an attribute is a text, a whole number of 32 bits, true or false.");
            }
        }
    }

    private static ReportKind? ReadEnvelope(JsonElement said, List<ProblemError> broken)
    {
        foreach (var required in (ReadOnlySpan<string>)["specversion", "type", "source", "id"])
        {
            if (Text(said, required) is null)
            {
                broken.Add(new ProblemError($"/{required}", "required", "Every event has it (CloudEvents 1.0)."));
            }
        }

        if (Text(said, "specversion") is { } version && version != Version)
        {
            broken.Add(new ProblemError("/specversion", "vocabulary", $"Only CloudEvents {Version} are taken here."));
        }

        if (Text(said, "datacontenttype") is { } mediaType && !IsJson(mediaType))
        {
            broken.Add(new ProblemError("/datacontenttype", "vocabulary", "A report is application/json."));
        }

        if (Text(said, "type") is not { } type)
        {
            return null;
        }

        if (Types.TryGetValue(type, out var kind))
        {
            return kind;
        }

        broken.Add(new ProblemError("/type", "vocabulary", $"Not a type of event that is taken here. One of: {string.Join(", ", Types.Keys)}."));
        return null;
    }

    private static bool IsJson(string mediaType) => MediaTypeHeaderValue.TryParse(mediaType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static void MustBeOneReport(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object)
        {
            throw StrictJson.Fault("wrongType", "/data", "The report is a JSON object.");
        }

        if (JsonMarshal.GetRawUtf8Value(data).Length > Limits.ReportBytes)
        {
            throw new ProblemException(ProblemKinds.TooLarge, $"The data of an event is larger than {Limits.ReportBytes / 1024} KB.")
            {
                Errors = [new ProblemError("/data", "tooLarge", $"One report takes at most {Limits.ReportBytes / 1024} KB.")],
            };
        }

        if (data.TryGetProperty("kind", out _))
        {
            throw StrictJson.Fault("unknownMember", "/data/kind", "The kind is said by the event's type.");
        }
    }

    /// <summary>The body that the path of its kind would have been posted.</summary>
    private static JsonElement BodyOf(JsonElement said, JsonElement data)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(body, Json.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("id", Text(said, "id"));
            writer.WriteString("feed", Text(said, "source"));
            foreach (var member in data.EnumerateObject().Where(x => x.Name is not ("id" or "feed")))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(body.WrittenSpan);
    }

    /// <summary>An attribute that is null is one that is absent (CloudEvents' JSON format, 2.2).</summary>
    private static string? Text(JsonElement said, string attribute) => said.TryGetProperty(attribute, out var value) ? value.GetString() : null;
}
