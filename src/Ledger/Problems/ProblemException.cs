using System.Text.Json;

namespace Ledger.Problems;

/// <summary>One broken rule: where (JSON Pointer, RFC 6901; empty for the whole body), which, and in words.</summary>
public sealed record ProblemError(string At, string Code, string Detail);

/// <summary>A refusal on its way to the one place that answers with it.</summary>
public sealed class ProblemException(ProblemKind kind, string detail) : Exception(detail)
{
    public ProblemKind Kind { get; } = kind;

    /// <summary>Broken rules, for 400 and 422.</summary>
    public IReadOnlyList<ProblemError> Errors { get; init; } = [];

    /// <summary>Further members of the problem, by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Extensions { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Seconds after which to try again, for 429 and 503.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>It is in the count of refused reports: who answers with it must not count it again.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Which of the reports of one submission is refused, from 0; null where it was alone or the whole is.</summary>
    public int? Index { get; private init; }

    /// <summary>The same refusal, of the report at an index of its submission.</summary>
    public ProblemException At(int index) =>
        new(Kind, Message) { Errors = Errors, Extensions = Extensions, RetryAfter = RetryAfter, IsCounted = IsCounted, Index = index };

    /// <summary>The same refusal with other errors: where what was refused is part of something larger, they point into that.</summary>
    public ProblemException With(IReadOnlyList<ProblemError> errors) =>
        new(Kind, Message) { Errors = errors, Extensions = Extensions, RetryAfter = RetryAfter, IsCounted = IsCounted };

    /// <summary>Writes the problem (RFC 9457) as JSON.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="origin">Scheme and authority under which the client reached the service: the type is an address it can open.</param>
    public void Write(Utf8JsonWriter writer, string origin)
    {
        writer.WriteStartObject();
        writer.WriteString("type", $"{origin}/problems/{Kind.Slug}");
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
