using System.Runtime.InteropServices;
using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Reports;
using Ledger.Store;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>A report as it was said, with what the ledger makes of its words: the window of its date, its reported day, the platform to
/// which the aliases lead, and the names of its codes.</summary>
/// <param name="Report">The report as it is stored.</param>
/// <param name="Said">Its window and its reported day.</param>
/// <param name="Platform">Slug of the platform.</param>
/// <param name="PlatformName">Name of the platform: the catalogue's; of one that it does not know the report's own.</param>
public sealed record ListedReport(RecordedReport Report, SaidWhen Said, string Platform, string PlatformName)
{
    /// <summary>The columns of reports as CSV.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        .. ReportJson.Columns.SelectMany(x => ReportJson.Codes.Contains(x) ? [x, ReportJson.NameOf(x)]
            : x == "platformName" ? [x, "resolvedPlatform", "resolvedPlatformName"] : (string[])[x]),
        "window.earliest", "window.middle", "window.latest", "reportedDay",
    ];

    /// <summary>A report with its row and, where its reported day depends on it, the report that it names.</summary>
    public static ListedReport Of(RecordedReport report, EvidenceRow row, EvidenceRecord? target, CatalogueAt catalogue)
    {
        var platform = catalogue.Find(row.Platform).Named(row.PlatformName);
        return new ListedReport(report, SaidWhen.Of(row.Evidence, target), platform.Slug, platform.Definition.Name);
    }

    /// <summary>The report on which the reported day of another one depends: that of a retraction without a day of its own.</summary>
    public static Guid? DayOf(EvidenceRecord report) => report is { Kind: ReportKind.Retraction, Published: null } ? report.Target : null;

    /// <summary>The row of a report as the projection makes it, of the event that is stored or would be.</summary>
    public static EvidenceRow RowOf(RecordedReport report, long position, DateTimeOffset recordedAt) => EvidenceRow.Of(
        new StoredEvent(position, report.EventId, EventTypes.Reports[report.Kind].Name, Stream: "", Version: 1, recordedAt, report.Reporter,
            JsonMarshal.GetRawUtf8Value(report.Data).ToArray()))!;

    /// <summary>Writes it as an object.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        ReportJson.WriteMembers(writer, Report);
        ReportJson.WriteNames(writer, Report);
        writer.WriteString("resolvedPlatform", Platform);
        writer.WriteString("resolvedPlatformName", PlatformName);
        JsonShapes.WriteWindow(writer, "window", Said.Window);
        writer.WriteString("reportedDay", Rfc3339.Text(Said.Reported));
        writer.WriteEndObject();
    }
}
