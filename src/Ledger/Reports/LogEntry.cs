using System.Buffers;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Reports;

/// <summary>The size of a report's entry in the transparency log (transparency-log.md): the RFC 8785 form of the stored event and its
/// envelope. A report whose entry would be too large is refused before it is stored, since a stored event cannot be changed.</summary>
internal static class LogEntry
{
    /// <summary>Bytes of the posted report up to which its entry always fits: the ledger adds less than the same amount again.</summary>
    public const int AlwaysFits = Limits.ReportBytes / 2;

    /// <summary>Bytes of the entry, with the longest possible position and version.</summary>
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

    /// <summary>The problem of a report whose entry would be larger than <see cref="Limits.EntryBytes"/>.</summary>
    public static ProblemException TooLarge(int bytes) => new(ProblemKinds.TooLarge,
        $"The report makes an entry of {bytes:N0} bytes in the transparency log, with what the ledger adds to it; "
        + $"at most {Limits.EntryBytes:N0} fit.")
    {
        Errors = [new ProblemError("", "entryTooLarge", $"An entry of the transparency log takes at most {Limits.EntryBytes:N0} bytes.")],
    };
}
