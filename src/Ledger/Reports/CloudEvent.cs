using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>A report in the envelope of CloudEvents 1.0, JSON format (<see cref="CloudEventHeaders"/> makes the same of headers): source
/// and id are its feed and id, the type gives its kind, data is its body. Other attributes concern the transport only: they are checked,
/// not stored, and not part of the report (decision 0012).</summary>
public static class CloudEvent
{
    private const string Version = "1.0";

    private static readonly string[] StringAttributes =
        ["specversion", "type", "source", "id", "datacontenttype", "dataschema", "subject", "time"];

    /// <summary>The kind of report of each event type, such as <c>ledger.delivery.v1</c>.</summary>
    public static readonly IReadOnlyDictionary<string, ReportKind> Types =
        Enum.GetValues<ReportKind>().ToDictionary(x => $"ledger.{WordNames.Of(x)}.v1", StringComparer.Ordinal);

    /// <summary>Reads the report of an event, and checks all rules that do not depend on the ledger.</summary>
    /// <exception cref="ProblemException">400, 403, 413 or 422; its pointers lead into the event.</exception>
    public static ValidReport Read(JsonElement cloudEvent, Caller caller, DateTimeOffset now)
    {
        MustBeLegal(cloudEvent);
        var broken = new List<ProblemError>();
        var kind = ReadEnvelope(cloudEvent, broken);
        if (!cloudEvent.TryGetProperty("data", out var data) || data.ValueKind == JsonValueKind.Null)
        {
            broken.Add(new ProblemError("/data", "required", "The report itself."));
            throw BrokenRules.Problem(broken);
        }

        MustBeOneReport(data);
        foreach (var (member, attribute) in (ReadOnlySpan<(string, string)>)[("id", "id"), ("feed", "source")])
        {
            if (data.TryGetProperty(member, out var inner) && inner.ValueKind != JsonValueKind.Null
                && !(inner.ValueKind == JsonValueKind.String && inner.GetString() == Text(cloudEvent, attribute)))
            {
                broken.Add(new ProblemError(
                    $"/data/{member}", "otherIdentity", $"Is said by the event's {attribute}; if it is said again, it is the same."));
            }
        }

        ValidReport? posted = null;
        try
        {
            posted = kind is { } value ? Intake.Read(value, BodyOf(cloudEvent, data), caller, now) : null;
        }
        catch (ProblemException problem) when (problem.Kind == ProblemKinds.Invalid)
        {
            // What the envelope breaks already is not told twice.
            broken.AddRange(problem.Errors.Select(Placed).Where(x => !broken.Exists(y => y.At == x.At && y.Code == x.Code)).ToList());
        }
        catch (ProblemException problem)
        {
            throw problem.With([.. problem.Errors.Select(Placed)]);
        }

        return broken.Count == 0 ? posted! : throw BrokenRules.Problem(broken);
    }

    /// <summary>A broken rule of a report, with a pointer that leads into the event that carries the report.</summary>
    public static ProblemError Placed(ProblemError error) => error with
    {
        At = error.At switch { "/id" => "/id", "/feed" => "/source", var inner => $"/data{inner}" },
    };

    /// <summary>Checks names and types of all attributes: a member that no CloudEvent can have is taken for a typo.</summary>
    private static void MustBeLegal(JsonElement cloudEvent)
    {
        if (cloudEvent.ValueKind != JsonValueKind.Object)
        {
            throw StrictJson.Fault("wrongType", "", "An event is a JSON object.");
        }

        foreach (var attribute in cloudEvent.EnumerateObject().Where(x => x.Name != "data"))
        {
            // A long name is not repeated in the response.
            var pointer = attribute.Name.Length <= Limits.NameCharacters ? StrictJson.PointerTo(attribute.Name) : "";
            if (attribute.Name == "data_base64")
            {
                throw StrictJson.Fault("unknownMember", pointer, "Base64 is for bytes; a report is a JSON object, which stands in data.");
            }

            if (attribute.Name.Length == 0 || !attribute.Name.All(x => char.IsAsciiLetterLower(x) || char.IsAsciiDigit(x)))
            {
                throw StrictJson.Fault("unknownMember", pointer,
                    "Not the name of an attribute: those have lower-case letters and digits (CloudEvents 1.0).");
            }

            var isOfItsType = attribute.Value.ValueKind switch
            {
                JsonValueKind.String or JsonValueKind.Null => true,
                JsonValueKind.Number => !StringAttributes.Contains(attribute.Name) && attribute.Value.TryGetInt32(out _),
                JsonValueKind.True or JsonValueKind.False => !StringAttributes.Contains(attribute.Name),
                _ => false,
            };
            if (!isOfItsType)
            {
                throw StrictJson.Fault("wrongType", pointer, StringAttributes.Contains(attribute.Name)
                    ? $"The value of {attribute.Name} is a text, not {MemberTypes.Words(attribute.Value.ValueKind)}."
                    : "The value of an attribute is a text, a whole number of 32 bits, true or false.");
            }

            if (attribute.Value.ValueKind == JsonValueKind.String
                && WhyNotLegal(attribute.Name, attribute.Value.GetString()!) is var (code, why))
            {
                throw StrictJson.Fault(code, pointer, why);
            }
        }
    }

    /// <summary>What CloudEvents ask of the values that are not kept: who sends others loses them at the next receiver.</summary>
    private static (string Code, string Why)? WhyNotLegal(string attribute, string value) => attribute switch
    {
        "time" when !Rfc3339.TryParse(value, out _) => ("time", "Not a time of RFC 3339 with its offset, such as 2024-05-10T08:00:00Z: "
            + "when the event was made. Leave it out where that is not known."),
        "subject" when value.Length == 0 => ("empty", "A subject is not empty: leave it out, or fill it."),
        "dataschema" when UriRules.WhyNot(value) is { } why => ("uri", $"A schema is named by an absolute URI. {why}"),
        // The rules of the report speak of these.
        "id" or "source" or "type" => null,
        _ when value.Any(char.IsControl) => ("text", "The value of an attribute has no control characters (CloudEvents 1.0)."),
        _ => null,
    };

    private static ReportKind? ReadEnvelope(JsonElement cloudEvent, List<ProblemError> broken)
    {
        foreach (var required in (ReadOnlySpan<string>)["specversion", "type", "source", "id"])
        {
            if (Text(cloudEvent, required) is null or "")
            {
                broken.Add(new ProblemError(
                    $"/{required}", "required", $"Every event has its {required}, which is not empty (CloudEvents 1.0)."));
            }
        }

        if (Text(cloudEvent, "source") is { Length: > 0 } source && UriRules.IsRelative(source))
        {
            broken.Add(new ProblemError("/source", "uri", "CloudEvents allow a relative reference here; but the source is the report's "
                + "feed, which is an absolute URI, such as urn:example:press."));
        }

        if (Text(cloudEvent, "specversion") is { Length: > 0 } version && version != Version)
        {
            broken.Add(new ProblemError("/specversion", "vocabulary", $"Only CloudEvents {Version} are taken here."));
        }

        if (Text(cloudEvent, "datacontenttype") is { } mediaType && !IsJson(mediaType))
        {
            broken.Add(new ProblemError("/datacontenttype", "vocabulary",
                "A report is JSON: application/json, or a media type that ends in +json, in UTF-8."));
        }

        if (Text(cloudEvent, "type") is not { Length: > 0 } type)
        {
            return null;
        }

        if (Types.TryGetValue(type, out var kind))
        {
            return kind;
        }

        broken.Add(new ProblemError(
            "/type", "vocabulary", $"Not a type of event that is taken here. One of: {string.Join(", ", Types.Keys)}."));
        return null;
    }

    private static bool IsJson(string mediaType) => MediaTypeHeaderValue.TryParse(mediaType, out var type)
        && RequestBody.IsJson(type.MediaType)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static void MustBeOneReport(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object)
        {
            throw StrictJson.Fault("wrongType", "/data", $"The report is a JSON object, not {MemberTypes.Words(data.ValueKind)}.");
        }

        if (JsonMarshal.GetRawUtf8Value(data).Length > Limits.ReportBytes)
        {
            throw new ProblemException(ProblemKinds.TooLarge, $"The data of an event is larger than {Limits.ReportBytes / 1024} KB.")
            {
                Errors = [new ProblemError("/data", "tooLarge", $"One report takes at most {Limits.ReportBytes / 1024} KB.")],
            };
        }

        if (data.TryGetProperty("kind", out var kind) && kind.ValueKind != JsonValueKind.Null)
        {
            throw StrictJson.Fault("unknownMember", "/data/kind", "The kind is said by the event's type.");
        }
    }

    /// <summary>The body with which the same report would be posted to the path of its kind.</summary>
    private static JsonElement BodyOf(JsonElement cloudEvent, JsonElement data)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(body, Json.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("id", Text(cloudEvent, "id") is "" ? null : Text(cloudEvent, "id"));
            writer.WriteString("feed", Text(cloudEvent, "source") is "" ? null : Text(cloudEvent, "source"));
            foreach (var member in data.EnumerateObject().Where(x => x.Name is not ("id" or "feed")))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(body.WrittenSpan);
    }

    /// <summary>The value of an attribute; null if it is absent or null, which are the same (CloudEvents' JSON format, 2.2).</summary>
    private static string? Text(JsonElement cloudEvent, string attribute) =>
        cloudEvent.TryGetProperty(attribute, out var value) ? value.GetString() : null;
}
