using System.Text.Json;

namespace Ledger.Problems;

/// <summary>One broken rule.</summary>
/// <param name="At">JSON Pointer (RFC 6901); empty for the whole body; <c>?name</c> for a query parameter, the name
/// itself for a header.</param>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Detail">A sentence for people.</param>
public sealed record ProblemError(string At, string Code, string Detail);

/// <summary>A problem (RFC 9457), thrown to the middleware that writes it as the response.</summary>
public sealed class ProblemException(ProblemKind kind, string detail) : Exception(detail)
{
    /// <summary>The kind: its type, title and status.</summary>
    public ProblemKind Kind { get; } = kind;

    /// <summary>The broken rules; for 400, 413 and 422.</summary>
    public IReadOnlyList<ProblemError> Errors { get; init; } = [];

    /// <summary>Further members of the problem, by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Extensions { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Seconds after which to try again, for 429 and 503.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Set once it is in the metric of refused reports, so that no later handler counts it again.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Index, from 0, of the refused report in its submission; null where the problem concerns no single report.</summary>
    public int? Index { get; private init; }

    /// <summary>413 for a whole body or line.</summary>
    public static ProblemException TooLarge(string detail) =>
        new(ProblemKinds.TooLarge, detail) { Errors = [new ProblemError("", "tooLarge", detail)] };

    /// <summary>The same problem, for the report at an index of its submission.</summary>
    public ProblemException At(int index) =>
        new(Kind, Message) { Errors = Errors, Extensions = Extensions, RetryAfter = RetryAfter, IsCounted = IsCounted, Index = index };

    /// <summary>The same problem with other errors, such as ones whose pointers lead into an enclosing body.</summary>
    public ProblemException With(IReadOnlyList<ProblemError> errors) =>
        new(Kind, Message) { Errors = errors, Extensions = Extensions, RetryAfter = RetryAfter, IsCounted = IsCounted };

    /// <summary>Writes the problem (RFC 9457) as JSON.</summary>
    /// <param name="writer">The writer.</param>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", Kind.Type);
        writer.WriteString("title", Kind.Title);
        writer.WriteNumber("status", Kind.Status);
        writer.WriteString("detail", Message);
        if (Errors.Count > 0)
        {
            writer.WriteStartArray("errors");
            foreach (var rule in Errors)
            {
                writer.WriteStartObject();
                writer.WriteString("pointer", rule.At);
                writer.WriteString("code", rule.Code);
                writer.WriteString("detail", rule.Detail);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        foreach (var (name, value) in Extensions)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
