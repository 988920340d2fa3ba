using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Host;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>What a question about an estimate was resolved to: the three clocks, and the catalogue as it stood then.</summary>
public sealed record Basis
{
    /// <summary>The query parameters that every question takes.</summary>
    public static readonly IReadOnlyList<string> Parameters = ["asOf", "reportedBy", "knownAt", "method", "atLeast"];

    /// <summary>Facts up to this day.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Only what sources had said by this day; null: no limit.</summary>
    public DateOnly? ReportedBy { get; init; }

    /// <summary>Only what the ledger held up to this position: nothing will ever appear at it or below.</summary>
    public required long Position { get; init; }

    /// <summary>When that position was recorded, or the time that was asked about; null before the first event.</summary>
    public DateTimeOffset? KnownAt { get; init; }

    /// <summary>The question named its knownAt: the basis stays what it is, whatever comes later.</summary>
    public bool Pinned { get; init; }

    /// <summary>asOf, method and a position were all given: the answer can never change.</summary>
    public bool Immutable { get; init; }

    /// <summary>What of the service's own settings the answer depends on, null: nothing. It is then never immutable, and its validator
    /// changes with them.</summary>
    public string? Settings { get; init; }

    /// <summary>The ledger's end when the question was asked.</summary>
    public required long Settled { get; init; }

    public required CatalogueAt Catalogue { get; init; }

    /// <summary>Writes the member <c>basis</c>, or another one of its shape.</summary>
    public void Write(Utf8JsonWriter writer, string member = "basis")
    {
        writer.WriteStartObject(member);
        writer.WriteString("asOf", Rfc3339.Text(AsOf));
        if (ReportedBy is { } day)
        {
            writer.WriteString("reportedBy", Rfc3339.Text(day));
        }

        if (KnownAt is { } time)
        {
            writer.WriteString("knownAt", Rfc3339.Text(time));
        }

        writer.WriteNumber("position", Position);
        writer.WriteNumber("method", Estimator.Method);
        writer.WriteEndObject();
    }

    /// <summary>The validator of an answer: what it is an answer to, and what wrote it. Two media types have two validators.</summary>
    public string ETag(HttpContext http, string mediaType)
    {
        var query = string.Join('&', http.Request.Query.Where(x => x.Key != "atLeast")
            .OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}={x.Value}"));
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{Telemetry.Build}\n{http.Request.Path}\n{query}\n{mediaType}\n{AsOf:O}\n{ReportedBy:O}\n{Position}\n{KnownAt:O}\n{Estimator.Method}\n{Settings}");
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12))}\"";
    }
}
