using System.Text.Json;
using Ledger.Estimation;
using Ledger.Reports;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>The JSON of estimates in responses: each shape of the API once.</summary>
public static class JsonShapes
{
    /// <summary>The columns of evidence as CSV.</summary>
    public static readonly IReadOnlyList<string> EvidenceColumns =
        [.. ReportJson.Columns, "window.earliest", "window.middle", "window.latest", "effective", "setAside"];

    /// <summary>The columns of an estimate as CSV.</summary>
    public static readonly IReadOnlyList<string> EstimateColumns =
    [
        "estimate.low", "estimate.best", "estimate.high", "estimate.closedHigh", "estimate.conflicted", "estimate.onOrder",
        "estimate.announced", "estimate.onLoan.low", "estimate.onLoan.best", "estimate.onLoan.high", "estimate.delisted.low",
        "estimate.delisted.best", "estimate.delisted.high", "estimate.words", "estimate.lost.low", "estimate.lost.best",
        "estimate.lost.high", "estimate.reports", "estimate.origins", "estimate.publishers", "estimate.bestGrade",
        "estimate.newestReported", "estimate.oldestDelivery",
    ];

    /// <summary>The columns of a total as CSV, below a member.</summary>
    public static IReadOnlyList<string> TotalColumns(string member) =>
    [
        .. from column in (string[])
            [
                "low", "best", "high", "closedHigh", "openHoldings", "conflicted", "onOrder", "announced", "onLoan.low", "onLoan.best",
                "onLoan.high", "delisted.low", "delisted.best", "delisted.high", "words",
            ]
           select $"{member}.{column}",
    ];

    /// <summary>The member <c>basis</c>, or another one of its shape.</summary>
    public static void WriteBasis(Utf8JsonWriter writer, Basis basis, string member = "basis")
    {
        writer.WriteStartObject(member);
        writer.WriteString("asOf", Rfc3339.Text(basis.AsOf));
        if (basis.ReportedBy is { } day)
        {
            writer.WriteString("reportedBy", Rfc3339.Text(day));
        }

        if (basis.KnownAt is { } time)
        {
            writer.WriteString("knownAt", Rfc3339.Text(time));
        }

        writer.WriteNumber("position", basis.Position);
        writer.WriteNumber("method", basis.Method.Number);
        writer.WriteEndObject();
    }

    /// <summary>A country's code, and beside it its name: <c>recipient</c> and <c>recipientName</c>.</summary>
    public static void WriteCountry(Utf8JsonWriter writer, string member, string? code)
    {
        writer.WriteString(member, code);
        writer.WriteString(member + "Name", code is null ? null : Country.NameOf(code));
    }

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

    /// <summary>The bounds of a total.</summary>
    public static void WriteBounds(Utf8JsonWriter writer, Total total)
    {
        WriteBounds(writer, total.Low, total.Best, total.High);
        writer.WriteNumber("closedHigh", total.ClosedHigh);
        writer.WriteNumber("openHoldings", total.OpenHoldings);
    }

    /// <summary>The members of a total.</summary>
    public static void WriteTotal(Utf8JsonWriter writer, Total total)
    {
        WriteBounds(writer, total);
        writer.WriteNumber("conflicted", total.Conflicted);
        writer.WriteNumber("onOrder", total.OnOrder);
        writer.WriteNumber("announced", total.Announced);
        WriteInterval(writer, "onLoan", total.OnLoan);
        WriteInterval(writer, "delisted", total.Delisted);
        writer.WriteString("words", Words.Of(total));
    }

    /// <summary>The member <c>estimate</c>.</summary>
    public static void WriteEstimate(Utf8JsonWriter writer, HoldingEstimate estimate)
    {
        writer.WriteStartObject("estimate");
        WriteBounds(writer, estimate.Low, estimate.Best, estimate.High);
        writer.WriteNumber("closedHigh", estimate.ClosedHigh);
        writer.WriteBoolean("conflicted", estimate.Conflicted);
        writer.WriteNumber("onOrder", estimate.OnOrder);
        writer.WriteNumber("announced", estimate.Announced);
        WriteInterval(writer, "onLoan", estimate.OnLoan);
        WriteInterval(writer, "delisted", estimate.Delisted);
        writer.WriteString("words", Words.Of(estimate));
        WriteInterval(writer, "lost", estimate.Lost);
        writer.WriteNumber("reports", estimate.Reports);
        writer.WriteNumber("origins", estimate.Origins);
        writer.WriteNumber("publishers", estimate.Publishers);
        writer.WriteString("bestGrade", estimate.BestGrade?.ToString());
        WriteDay(writer, "newestReported", estimate.NewestReported);
        WriteDay(writer, "oldestDelivery", estimate.OldestDelivery);
        writer.WriteEndObject();
    }

    /// <summary>A report, and its effect on an estimate.</summary>
    public static void WriteEvidence(Utf8JsonWriter writer, RecordedReport report, ReportEffect effect)
    {
        writer.WriteStartObject();
        ReportJson.WriteMembers(writer, report);
        WriteWindow(writer, "window", effect.When);
        writer.WriteStartArray("effective");
        if (effect.Low)
        {
            writer.WriteStringValue("low");
        }

        if (effect.Best)
        {
            writer.WriteStringValue("best");
        }

        if (effect.High)
        {
            writer.WriteStringValue("high");
        }

        writer.WriteEndArray();
        if (effect.Exclusion is { } reason)
        {
            writer.WriteString("setAside", WordNames.Of(reason));
        }
        else
        {
            writer.WriteNull("setAside");
        }

        writer.WriteEndObject();
    }

    /// <summary>A window as an object of its own.</summary>
    public static void WriteWindow(Utf8JsonWriter writer, string name, Window window)
    {
        writer.WriteStartObject(name);
        writer.WriteString("earliest", Rfc3339.Text(window.Earliest));
        writer.WriteString("middle", Rfc3339.Text(window.Middle));
        writer.WriteString("latest", Rfc3339.Text(window.Latest));
        writer.WriteEndObject();
    }

    /// <summary>A day, or null.</summary>
    public static void WriteDay(Utf8JsonWriter writer, string name, DateOnly? day)
    {
        if (day is { } value)
        {
            writer.WriteString(name, Rfc3339.Text(value));
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
