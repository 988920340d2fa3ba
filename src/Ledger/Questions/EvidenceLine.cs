using System.Text.Json;
using Ledger.Estimation;
using Ledger.Reports;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>A visible report, and what it does to an estimate.</summary>
/// <param name="Report">The report as posted.</param>
/// <param name="Effect">Its effect.</param>
/// <param name="Trace">What decides the estimate of its holding; null where too many reports count to find out.</param>
internal sealed record EvidenceLine(RecordedReport Report, ReportEffect Effect, EstimateTrace? Trace)
{
    /// <summary>The columns as CSV.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        .. ReportJson.Columns, .. ReportJson.Codes.Select(ReportJson.NameOf), "reportedDay", "window.earliest", "window.middle",
        "window.latest", "reads.low", "reads.best", "reads.high", "effective", "setAside", "setAsideBy", "clashes", "decides",
    ];

    /// <summary>The reports of effects, each with the trace of its holding, in the order of the effects. Nothing is worked out before the
    /// first is asked for.</summary>
    public static async IAsyncEnumerable<EvidenceLine> ReadAsync(
        Func<IReadOnlyList<(ReportEffect Effect, EstimateTrace? Trace)>> effects, ReportReader reports,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (named, report) in reports.AtAsync(effects(), x => x.Effect.Position, cancellation))
        {
            yield return new EvidenceLine(report, named.Effect, named.Trace);
        }
    }

    /// <summary>Writes it as an object.</summary>
    public static void Write(Utf8JsonWriter writer, EvidenceLine line)
    {
        var (report, effect, trace) = (line.Report, line.Effect, line.Trace);
        writer.WriteStartObject();
        ReportJson.WriteMembers(writer, report);
        ReportJson.WriteNames(writer, report);
        writer.WriteString("reportedDay", Rfc3339.Text(effect.Reported));
        WriteEffect(writer, effect);
        writer.WriteString("setAsideBy", effect.SetAsideBy?.ToString());
        if (trace is null)
        {
            writer.WriteNull("clashes");
            writer.WriteNull("decides");
        }
        else
        {
            writer.WriteStartArray("clashes");
            foreach (var other in trace.Clashes[effect.EventId])
            {
                writer.WriteStringValue(other);
            }

            writer.WriteEndArray();
            WriteBounds(writer, "decides",
                trace.Low.Contains(effect.EventId), trace.Best.Contains(effect.EventId), trace.High.Contains(effect.EventId));
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes how its date and quantity are read, and what it counts for: window, reads, effective and setAside.</summary>
    public static void WriteEffect(Utf8JsonWriter writer, ReportEffect effect)
    {
        JsonShapes.WriteWindow(writer, "window", effect.When);
        if (effect.Reads is { } reads)
        {
            JsonShapes.WriteInterval(writer, "reads", reads);
        }
        else
        {
            writer.WriteNull("reads");
        }

        WriteBounds(writer, "effective", effect.Low, effect.Best, effect.High);
        writer.WriteString("setAside", effect.Exclusion is { } reason ? WordNames.Of(reason) : null);
    }

    private static void WriteBounds(Utf8JsonWriter writer, string member, bool low, bool best, bool high)
    {
        writer.WriteStartArray(member);
        foreach (var (bound, isOne) in ((string, bool)[])[("low", low), ("best", best), ("high", high)])
        {
            if (isOne)
            {
                writer.WriteStringValue(bound);
            }
        }

        writer.WriteEndArray();
    }
}
