using System.Buffers;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Editions;

/// <summary>JSON of an import and its summary, and the problems of editions.</summary>
public static class EditionResponse
{
    /// <summary>A share of flagged numbers that changes by more than this between editions gets a warning: the export probably lost flags.
    /// Between two complete editions two years apart it changed by a hundredth.</summary>
    private const double FlagsJump = 0.1;

    /// <summary>The columns of a list of imports as CSV.</summary>
    public static readonly string[] Columns =
    [
        "id", "kind", "form", "feed", "published", "state", "reporter", "accepted", "ended", "position", "progress.done", "progress.of",
        .. ((string[])["lines", "created", "existing", "refused", "rows", "new", "changed", "grown", "moved", "renamed", "unchanged",
            "delisted", "undecided", "superseded", "withdrawn", "broken", "defined", "unresolved", "flaggedShare", "flaggedShareBefore",
            "warnings"]).Select(x => $"summary.{x}"),
        "reason", "withdrawn", "problem.title", "problem.detail",
    ];

    /// <summary>Id of a job: the edition's day, what it does, and a number from the second of its kind on.</summary>
    /// <param name="request">What it is asked to do.</param>
    /// <param name="before">Number of earlier jobs of that day, form and kind.</param>
    public static string IdOf(JobRequest request, int before) => $"sipri-{Rfc3339.Text(request.Published)}"
        + (request.Form is RegisterForm.Years ? "-years" : "") + (request.Kind == JobKind.Withdrawal ? "-withdrawal" : "")
        + (before == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"-{before + 1}"));

    /// <summary>An edition that was imported before imports were jobs, as an import that is done.</summary>
    public static EditionJob JobOf(HeldEdition held)
    {
        var request = new JobRequest(JobKind.Import, held.Form, held.Day, held.Edition.File ?? 1, held.Edition.Digest, false,
            held.Edition.Selection == true, false, null);
        return new EditionJob(0, IdOf(request, 0), held.Edition.Feed, request, held.Reporter, held.RecordedAt, held.RecordedAt,
            JobState.Done, null, null, JsonElement.Parse(SummaryOf(held.Edition, null, null, null)), null, held.Position, null, false);
    }

    /// <summary>Writes an import.</summary>
    public static void Write(Utf8JsonWriter writer, EditionJob job)
    {
        writer.WriteStartObject();
        writer.WriteString("id", job.Id);
        writer.WriteString("kind", job.Request.Kind);
        writer.WriteString("form", job.Request.Form is RegisterForm.Years ? "years" : "orders");
        writer.WriteString("feed", job.Feed);
        writer.WriteString("published", Rfc3339.Text(job.Published));
        writer.WriteString("state", job.State);
        writer.WriteString("reporter", job.Reporter);
        writer.WriteString("accepted", Rfc3339.Text(job.Accepted));
        writer.WriteString("ended", job.Ended is { } ended ? Rfc3339.Text(ended) : null);
        WriteNumber(writer, "position", job.Position);
        if (job.Lines is { } lines)
        {
            writer.WriteStartObject("progress");
            writer.WriteNumber("done", job.Checkpoint ?? 0);
            writer.WriteNumber("of", lines);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("progress");
        }

        WriteElement(writer, "summary", job.Summary);
        writer.WriteString("reason", job.Request.Reason);
        writer.WriteBoolean("withdrawn", job.WithdrawnBy is not null);
        WriteElement(writer, "problem", job.Problem);
        writer.WriteEndObject();
    }

    /// <summary>The summary of a job that is done, as a JSON object.</summary>
    /// <param name="edition">The edition; null for a withdrawal.</param>
    /// <param name="before">The edition before; null where there is none.</param>
    /// <param name="counts">Counts of its lines; null where none were stored.</param>
    /// <param name="unfinished">Day of an earlier edition that was begun and never ended; null where there is none.</param>
    public static byte[] SummaryOf(EditionImported? edition, EditionImported? before, LineCounts? counts, DateOnly? unfinished)
    {
        var share = edition is null ? null : ShareOf(edition);
        var shareBefore = before is null ? null : ShareOf(before);
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body, Json.Writing))
        {
            writer.WriteStartObject();
            WriteNumber(writer, "lines", counts?.Lines);
            WriteNumber(writer, "created", counts?.Created);
            WriteNumber(writer, "existing", counts?.Existing);
            WriteNumber(writer, "refused", counts?.Refused);
            WriteNumber(writer, "rows", edition?.Rows);
            WriteNumber(writer, "new", edition?.New);
            WriteNumber(writer, "changed", edition?.Changed);
            WriteNumber(writer, "grown", edition?.Grown);
            WriteNumber(writer, "moved", edition?.Moved);
            WriteNumber(writer, "renamed", edition?.Renamed);
            WriteNumber(writer, "unchanged", edition?.Unchanged);
            WriteNumber(writer, "delisted", edition?.Delisted);
            WriteNumber(writer, "undecided", edition?.Undecided);
            WriteNumber(writer, "superseded", counts?[LineStatus.Superseded]);
            WriteNumber(writer, "withdrawn", counts?[LineStatus.Withdrawn]);
            WriteNumber(writer, "broken", edition?.Broken);
            WriteNumber(writer, "defined", counts?[LineStatus.Defined]);
            WriteNumber(writer, "unresolved", counts?[LineStatus.Unresolved]);
            WriteShare(writer, "flaggedShare", share);
            WriteShare(writer, "flaggedShareBefore", shareBefore);
            writer.WriteStartArray("warnings");
            if (share is { } now && shareBefore is { } then && Math.Abs(now - then) > FlagsJump)
            {
                writer.WriteStringValue($"The share of numbers marked as uncertain went from {then:0.0000} to {now:0.0000}. "
                    + "Exports are known that lost their marks: compare the file with the source.");
            }

            if (edition?.Undecided > 0)
            {
                writer.WriteStringValue($"{edition.Undecided} orders that no sound row continues were left as they were: "
                    + $"one of the {edition.Broken} broken records may be theirs.");
            }

            if (unfinished is { } day)
            {
                writer.WriteStringValue($"The edition of {Rfc3339.Text(day)} was begun and never came to its end: "
                    + "what is asked of that time may be half of it.");
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    /// <summary>409: the ledger holds a newer edition.</summary>
    public static ProblemException Older(DateOnly published, DateOnly newest) => new(ProblemKinds.OlderEdition,
        $"The ledger holds the edition of {Rfc3339.Text(newest)}. One of {Rfc3339.Text(published)} cannot be compared with it any more.");

    /// <summary>422: an edition breaks a rule.</summary>
    /// <param name="at">The parameter or column; empty for the file as a whole.</param>
    /// <param name="code">Code of the rule.</param>
    /// <param name="detail">A sentence for the caller.</param>
    public static ProblemException Invalid(string at, string code, string detail) =>
        new(ProblemKinds.Invalid, detail) { Errors = [new ProblemError(at, code, detail)] };

    private static double? ShareOf(EditionImported edition) =>
        edition.Numbers == 0 ? null : Math.Round((double)edition.Flagged / edition.Numbers, 4);

    private static void WriteShare(Utf8JsonWriter writer, string name, double? share)
    {
        if (share is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteElement(Utf8JsonWriter writer, string name, JsonElement? element)
    {
        writer.WritePropertyName(name);
        if (element is { } value)
        {
            value.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
