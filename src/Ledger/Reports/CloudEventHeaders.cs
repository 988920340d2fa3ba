using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>The binary mode of CloudEvents over HTTP: the attributes of an event are headers with the prefix <c>ce-</c>, and its data is
/// the body.</summary>
public static class CloudEventHeaders
{
    private const string Prefix = "ce-";

    /// <summary>Whether a request has attributes of an event among its headers.</summary>
    public static bool Any(IHeaderDictionary headers) => headers.Keys.Any(IsAttribute);

    /// <summary>Whether a request's body is an event, or a batch of them, in structured mode.</summary>
    public static bool IsEvent(IHeaderDictionary headers) =>
        RequestBody.MediaTypeOf(headers).StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses an event where a plain report is expected: its identity would be lost without a word.</summary>
    /// <exception cref="ProblemException">400, naming the first such header; 415 for the media type of an event.</exception>
    public static void Refuse(IHeaderDictionary headers)
    {
        if (headers.Keys.FirstOrDefault(IsAttribute) is { } name)
        {
            throw QueryParameters.BadHeader(Shown(name),
                "Of a CloudEvent, and not read here: CloudEvents go to POST /v1/events. Here feed and id stand in the body.");
        }

        if (IsEvent(headers))
        {
            throw new ProblemException(
                ProblemKinds.MediaType, $"CloudEvents go to POST /v1/events; this call does not take {headers.ContentType}.");
        }
    }

    /// <summary>The event in the form of structured mode.</summary>
    /// <exception cref="ProblemException">400, naming a header.</exception>
    public static JsonDocument Envelope(IHeaderDictionary headers, JsonElement data)
    {
        var envelope = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(envelope, Json.Writing))
        {
            writer.WriteStartObject();
            foreach (var (header, values) in headers.Where(x => IsAttribute(x.Key)).OrderBy(x => x.Key, StringComparer.OrdinalIgnoreCase))
            {
#pragma warning disable CA1308 // Attributes have small letters; headers are compared without regard to them.
                var name = header[Prefix.Length..].ToLowerInvariant();
#pragma warning restore CA1308
                MustBeOne(name, values.Count);
                writer.WriteString(name, ValueOf(name, values.ToString()));
            }

            writer.WritePropertyName("data");
            data.WriteTo(writer);
            writer.WriteEndObject();
        }

        return StrictJson.Parse(envelope.WrittenMemory);
    }

    /// <summary>A broken rule of an event, with its place in a request of binary mode: a header, or a pointer into the body.</summary>
    public static ProblemError Placed(ProblemError error) => error.At switch
    {
        "/data" => error with { At = "" },
        var inner when inner.StartsWith("/data/", StringComparison.Ordinal) => error with { At = inner["/data".Length..] },
        [_, .. var attribute] when error.At[0] == '/' => error with { At = Prefix + attribute },
        _ => error,
    };

    private static void MustBeOne(string name, int values)
    {
        var why = name switch
        {
            "datacontenttype" => "In binary mode the header Content-Type says it (CloudEvents, HTTP binding, 3.1.1).",
            "data" => "In binary mode the data is the body.",
            _ when values > 1 => "Given twice: which of the two was meant is not ours to guess.",
            _ => null,
        };
        if (why is not null)
        {
            throw QueryParameters.BadHeader(Shown(Prefix + name), why);
        }
    }

    /// <summary>The value of an attribute. A URI that was sent as it is, without percent-encoding the escapes that it has, is itself: the
    /// libraries of JavaScript do so (cloudevents 10.0.0), and no URI is left of it when it is decoded.</summary>
    private static string ValueOf(string name, string header) => Decoded(header) is var value && name is "source" or "dataschema"
        && UriRules.WhyNot(value) is not null && UriRules.WhyNot(header) is null ? header : value;

    /// <summary>CloudEvents, HTTP binding, 3.1.3.2: a quoted string is unquoted, then each escape is decoded once, as UTF-8. A percent sign
    /// that begins no escape, and bytes that are no UTF-8, were sent by somebody who does not encode: they stay.</summary>
    private static string Decoded(string header)
    {
        if (header is ['"', .. var quoted, '"'])
        {
            header = Unquoted(quoted);
        }

        var text = new StringBuilder(header.Length);
        for (var at = 0; at < header.Length;)
        {
            var bytes = new List<byte>();
            var end = at;
            while (end + 2 < header.Length && header[end] == '%'
                && char.IsAsciiHexDigit(header[end + 1]) && char.IsAsciiHexDigit(header[end + 2]))
            {
                bytes.Add(Convert.FromHexString(header.AsSpan(end + 1, 2))[0]);
                end += 3;
            }

            if (end == at)
            {
                text.Append(header[at++]);
                continue;
            }

            text.Append(Utf8.IsValid([.. bytes]) ? Encoding.UTF8.GetString([.. bytes]) : header[at..end]);
            at = end;
        }

        return text.ToString();
    }

    private static string Unquoted(string quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            text.Append(quoted[i] == '\\' && i + 1 < quoted.Length ? quoted[++i] : quoted[i]);
        }

        return text.ToString();
    }

    private static bool IsAttribute(string header) =>
        header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && header.Length > Prefix.Length;

    private static string Shown(string header) => QueryParameters.Shown(header);
}
