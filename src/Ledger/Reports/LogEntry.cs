using System.Buffers;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>How large the entry is that the transparency log makes of a report (transparency-log.md): the RFC 8785 form of the stored event
/// and its envelope. What does not fit is refused before it is stored, since an event is never changed afterwards.</summary>
internal static class LogEntry
{
    /// <summary>Bytes of what was said up to which no entry needs measuring: what the ledger adds is less than as much again.</summary>
    public const int AlwaysFits = Limits.ReportBytes / 2;

    /// <summary>Bytes of the entry, with the longest position and version that there can be.</summary>
    public static int BytesOf(Guid eventId, Report report, string stream, string reporter)
    {
        var entry = JsonSerializer.SerializeToElement(new
        {
            v = 1,
            position = long.MaxValue,
            id = eventId,
            type = EventTypes.Reports[report.Kind].Name,
            stream,
            version = long.MaxValue,
            recordedAt = Rfc3339.Text(DateTimeOffset.MaxValue),
            reporter,
            data = JsonSerializer.SerializeToElement(report, report.GetType(), StoredJson.Options),
        });
        var canonical = new ArrayBufferWriter<byte>(Limits.EntryBytes);
        CanonicalJson.Write(entry, canonical);
        return canonical.WrittenCount;
    }

    /// <summary>The refusal of a report whose entry would be larger than <see cref="Limits.EntryBytes"/>.</summary>
    public static ProblemException TooLarge(int bytes) => new(ProblemKinds.TooLarge,
        $"The report makes an entry of {bytes:N0} bytes in the transparency log, with what the ledger adds to it; "
        + $"at most {Limits.EntryBytes:N0} fit.")
    {
        Errors = [new ProblemError("", "entryTooLarge", $"An entry of the transparency log takes at most {Limits.EntryBytes:N0} bytes.")],
    };
}
