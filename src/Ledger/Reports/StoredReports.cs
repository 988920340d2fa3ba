using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Vocabulary;
using Ledger.Web;
using Npgsql;

namespace Ledger.Reports;

/// <summary>Reads reports back from the store, and writes them as answers.</summary>
public static class StoredReports
{
    /// <summary>The columns that <see cref="Read"/> reads, in their order.</summary>
    public const string Columns = "e.id, e.seq_id, e.type, e.stream_id, e.timestamp, e.user_name, e.data";

    /// <summary>Every member that a report can have, as columns of CSV: the server's first, then what every kind has, then what some
    /// have. The API's description shows them too.</summary>
    public static readonly IReadOnlyList<string> Cells =
    [
        "position", "eventId", "kind", "recordedAt", "reporter", "feed", "id", "recipient", "supplier", "platform", "platformName", "deal", "lot",
        "quantity.qualifier", "quantity.n", "quantity.low", "quantity.best", "quantity.high", "quantity.unit", "quantity.text", "occurred",
        "source.publisher", "source.published", "source.url", "source.title", "source.language", "origin", "grade", "role", "supersedes",
        "stage", "due", "value.amount", "value.currency", "licensedProduction", "condition", "cancelled", "milestone", "rate.n", "rate.per", "site",
        "setting", "cause", "to", "total", "report", "reason", "edition", "note",
    ];

    /// <summary>The report of the current row, or null if the event is none (the catalogue's).</summary>
    public static (RecordedReport Recorded, string Stream)? Read(NpgsqlDataReader row) =>
        EventTypes.KindOf(row.GetString(2)) is { } kind
            ? (new RecordedReport(row.GetGuid(0), kind, row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(4), row.IsDBNull(5) ? null : row.GetString(5),
                JsonElement.Parse(row.GetFieldValue<byte[]>(6)), Created: false), row.GetString(3))
            : null;

    /// <summary>The reports at the positions of <paramref name="named"/>, each with what named it, in that order. Read in batches
    /// (<see cref="Limits.ReportsPerQuery"/>, <see cref="Limits.ReportBytesPerQuery"/>), each a short query of its own: between two of them no
    /// connection is held, however slowly a client reads. A position without a report is left out, and shifts no other.</summary>
    public static async IAsyncEnumerable<(T Named, RecordedReport Report)> AtAsync<T>(NpgsqlDataSource database, IReadOnlyList<T> named, Func<T, long> positionOf,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var next = 0; next < named.Count;)
        {
            var batch = named.Skip(next).Take(Limits.ReportsPerQuery).ToList();
            var (reports, read) = await ReadAsync(database, [.. batch.Select(positionOf)], cancellation);
            foreach (var one in batch.Take(read))
            {
                if (reports.TryGetValue(positionOf(one), out var report))
                {
                    yield return (one, report);
                }
            }

            next += read;
        }
    }

    /// <summary>The reports at the first of these positions, as many as <see cref="Limits.ReportBytesPerQuery"/> allows.</summary>
    /// <returns>The reports by position, and for how many of the positions they were looked for: at least one.</returns>
    private static async Task<(Dictionary<long, RecordedReport> Reports, int Read)> ReadAsync(
        NpgsqlDataSource database, long[] positions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns}, named.place from unnest($1) with ordinality as named(position, place) "
            + $"join {Storage.Schema}.mt_events e on e.seq_id = named.position order by named.place");
        command.Parameters.AddWithValue(positions);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var reports = new Dictionary<long, RecordedReport>();
        var bytes = 0L;
        while (await reader.ReadAsync(cancellation))
        {
            if (Read(reader) is { } stored)
            {
                reports[stored.Recorded.Position] = stored.Recorded;
                bytes += JsonMarshal.GetRawUtf8Value(stored.Recorded.Data).Length;
            }

            if (bytes >= Limits.ReportBytesPerQuery)
            {
                return (reports, (int)reader.GetInt64(7));
            }
        }

        return (reports, positions.Length);
    }

    /// <summary>Writes a report's members, envelope first, into an object that the caller has begun and will end.</summary>
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

    /// <summary>A report as an object of its own.</summary>
    public static void Write(Utf8JsonWriter writer, RecordedReport report)
    {
        writer.WriteStartObject();
        WriteMembers(writer, report);
        writer.WriteEndObject();
    }

    /// <summary>The answer to a post: the report, and how its quantity was understood.</summary>
    public static void WriteAnswer(Utf8JsonWriter writer, RecordedReport report)
    {
        writer.WriteStartObject();
        WriteMembers(writer, report);
        if (report.Kind is not (ReportKind.Retraction or ReportKind.Delisting))
        {
            writer.WriteString("readAs", report.Data.TryGetProperty("lot", out _) ? "lot" : "total");
        }

        writer.WriteEndObject();
    }

    /// <summary>A report as a value, to be shown inside a problem.</summary>
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
