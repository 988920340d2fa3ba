using System.Text.Json;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>The JSON of reports in responses.</summary>
public static class ReportJson
{
    /// <summary>Every member of a report, as columns of CSV: first the server's, then those of every kind, then those of some kinds. The
    /// API's description lists them too.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "position", "eventId", "kind", "recordedAt", "reporter", "feed", "id", "recipient", "supplier", "platform", "platformName",
        "deal", "lot", "quantity.qualifier", "quantity.n", "quantity.low", "quantity.best", "quantity.high", "quantity.unit",
        "quantity.text", "occurred", "source.publisher", "source.speaker", "source.published", "source.url", "source.title",
        "source.language", "origin", "grade", "role", "supersedes", "stage", "due", "value.amount", "value.currency",
        "licensedProduction", "condition", "cancelled", "milestone", "rate.n", "rate.per", "site", "setting", "cause", "to", "total",
        "report", "reason", "edition", "successor", "reference", "note",
    ];

    /// <summary>The members that are codes of countries; a name stands beside each: <c>recipient</c> and <c>recipientName</c>.</summary>
    public static readonly IReadOnlyList<string> Codes = ["recipient", "supplier", "to"];

    /// <summary>The member with the name of a code.</summary>
    public static string NameOf(string code) => code + "Name";

    /// <summary>Writes the names of a report's codes.</summary>
    public static void WriteNames(Utf8JsonWriter writer, RecordedReport report)
    {
        foreach (var member in Codes)
        {
            if (report.Data.TryGetProperty(member, out var code) && code.GetString() is { } named)
            {
                writer.WriteString(NameOf(member), Country.NameOf(named));
            }
        }
    }

    /// <summary>Writes the members of a report, the server's first, into an object that the caller begins and ends.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, RecordedReport report)
    {
        writer.WriteString("eventId", report.EventId);
        writer.WriteString("kind", WordNames.Of(report.Kind));
        if (report.Position > 0)
        {
            writer.WriteNumber("position", report.Position);
            writer.WriteString("recordedAt", Rfc3339.Text(report.RecordedAt));
        }

        writer.WriteString("reporter", report.Reporter);
        foreach (var member in report.Data.EnumerateObject())
        {
            member.WriteTo(writer);
        }
    }

    /// <summary>Writes a report as an object.</summary>
    public static void Write(Utf8JsonWriter writer, RecordedReport report)
    {
        writer.WriteStartObject();
        WriteMembers(writer, report);
        WriteNames(writer, report);
        writer.WriteEndObject();
    }

    /// <summary>Writes the response to a post: the report, and whether it was read as a lot or a total.</summary>
    /// <param name="writer">Writes the response.</param>
    /// <param name="report">The report.</param>
    /// <param name="also">Writes further members.</param>
    public static void WriteAnswer(Utf8JsonWriter writer, RecordedReport report, Action<Utf8JsonWriter>? also = null)
    {
        writer.WriteStartObject();
        WriteMembers(writer, report);
        WriteNames(writer, report);
        if (report.Kind is not (ReportKind.Retraction or ReportKind.Delisting))
        {
            writer.WriteString("readAs", report.Data.TryGetProperty("lot", out _) ? "lot" : "total");
        }

        also?.Invoke(writer);
        writer.WriteEndObject();
    }

    /// <summary>A report as a JSON value, for the member of a problem.</summary>
    public static JsonElement ToElement(RecordedReport report)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Json.Writing))
        {
            Write(writer, report);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
