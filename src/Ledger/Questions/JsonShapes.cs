using System.Text.Json;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Reports;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>How estimates are written: the shapes of the API, each once.</summary>
public static class JsonShapes
{
    /// <summary>The columns of evidence as CSV.</summary>
    public static readonly IReadOnlyList<string> EvidenceColumns =
        [.. StoredReports.Cells, "window.earliest", "window.middle", "window.latest", "effective", "setAside"];

    /// <summary>The members low, best and high; high is null where it is open.</summary>
    public static void WriteBounds(Utf8JsonWriter writer, long low, long best, long? high)
    {
        writer.WriteNumber("low", low);
        writer.WriteNumber("best", best);
        WriteHigh(writer, high);
    }

    /// <summary>An interval as an object of its own.</summary>
    public static void WriteInterval(Utf8JsonWriter writer, string name, Interval interval)
    {
        writer.WriteStartObject(name);
        WriteBounds(writer, interval.Lo, interval.Best, interval.Hi);
        writer.WriteEndObject();
    }

    /// <summary>The members of a total.</summary>
    public static void WriteTotal(Utf8JsonWriter writer, Total total)
    {
        WriteBounds(writer, total.Low, total.Best, total.High);
        writer.WriteNumber("closedHigh", total.ClosedHigh);
        writer.WriteNumber("openHoldings", total.OpenHoldings);
    }

    /// <summary>The member <c>estimate</c>.</summary>
    public static void WriteEstimate(Utf8JsonWriter writer, HoldingEstimate estimate)
    {
        writer.WriteStartObject("estimate");
        WriteBounds(writer, estimate.Low, estimate.Best, estimate.High);
        writer.WriteBoolean("conflicted", estimate.Conflicted);
        writer.WriteNumber("onOrder", estimate.OnOrder);
        writer.WriteNumber("announced", estimate.Announced);
        WriteInterval(writer, "lost", estimate.Lost);
        writer.WriteNumber("reports", estimate.Reports);
        writer.WriteNumber("origins", estimate.Origins);
        writer.WriteNumber("publishers", estimate.Publishers);
        writer.WriteString("bestGrade", estimate.BestGrade?.ToString());
        WriteDay(writer, "newestReported", estimate.NewestReported);
        WriteDay(writer, "oldestDelivery", estimate.OldestDelivery);
        writer.WriteEndObject();
    }

    /// <summary>The members that say what a platform is.</summary>
    public static void WritePlatform(Utf8JsonWriter writer, Platform platform)
    {
        writer.WriteString("platform", platform.Slug);
        writer.WriteString("name", platform.Definition.Name);
        writer.WriteString("category", platform.Definition.Category);
        writer.WriteString("class", platform.Definition.Class);
    }

    /// <summary>A report, and what it does to an estimate.</summary>
    public static void WriteEvidence(Utf8JsonWriter writer, RecordedReport report, ReportEffect standing)
    {
        writer.WriteStartObject();
        StoredReports.WriteMembers(writer, report);
        writer.WriteStartObject("window");
        writer.WriteString("earliest", Rfc3339.Text(standing.When.Earliest));
        writer.WriteString("middle", Rfc3339.Text(standing.When.Middle));
        writer.WriteString("latest", Rfc3339.Text(standing.When.Latest));
        writer.WriteEndObject();
        writer.WriteStartArray("effective");
        if (standing.Low)
        {
            writer.WriteStringValue("low");
        }

        if (standing.Best)
        {
            writer.WriteStringValue("best");
        }

        if (standing.High)
        {
            writer.WriteStringValue("high");
        }

        writer.WriteEndArray();
        if (standing.Exclusion is { } reason)
        {
            writer.WriteString("setAside", WordNames.Of(reason));
        }
        else
        {
            writer.WriteNull("setAside");
        }

        writer.WriteEndObject();
    }

    /// <summary>A day, or null.</summary>
    public static void WriteDay(Utf8JsonWriter writer, string name, DateOnly? day)
    {
        if (day is { } known)
        {
            writer.WriteString(name, Rfc3339.Text(known));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteHigh(Utf8JsonWriter writer, long? high)
    {
        if (high is { } closed)
        {
            writer.WriteNumber("high", closed);
        }
        else
        {
            writer.WriteNull("high");
        }
    }
}
