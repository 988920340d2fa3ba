using System.Buffers;
using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Hosting;
using Ledger.Reports;

namespace Ledger.Editions;

/// <summary>Writes the answer to an edition, a line for each row and for whatever else was found, and counts as it goes.</summary>
public sealed class EditionAnswer(AnswerSpill answers) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly Utf8JsonWriter _writer = new(Stream.Null, Json.Writing);
    private int _lines, _created, _existing, _refused, _new, _changed, _unchanged, _defined, _unresolved;
    private long _position;

    /// <summary>Lines that failed for no fault of the file.</summary>
    public int Faults { get; private set; }

    /// <summary>A weapon that came into the catalogue by its description.</summary>
    public Task DefinedAsync(PlatformDefined platform)
    {
        _defined++;
        return LineAsync(writer =>
        {
            writer.WriteString("defined", platform.Platform);
            writer.WriteString("name", platform.Name);
            writer.WriteString("category", platform.Category);
        });
    }

    /// <summary>A name that nothing here resolves: it was accepted as it stands.</summary>
    public Task UnresolvedAsync(string what, string name, string @as)
    {
        _unresolved++;
        return LineAsync(writer =>
        {
            writer.WriteString("unresolved", what);
            writer.WriteString("name", name);
            writer.WriteString("as", @as);
        });
    }

    /// <summary>A record that is no sound row.</summary>
    public Task BrokenAsync(BrokenRecord broken)
    {
        _lines++;
        _refused++;
        var why = broken.Column is { } column ? $"{column}: {broken.Why}" : broken.Why;
        var where = broken.LastLine > broken.Line ? $"The record of lines {broken.Line} to {broken.LastLine}" : $"Line {broken.Line}";
        var problem = new ProblemException(Problems.Invalid, $"{where} is broken. {why}")
        {
            Errors = [new ProblemError(broken.Column is { } at ? $"/{at}" : "", "brokenRecord", broken.Why)],
        };
        return LineAsync(writer => WriteRefusal(writer, broken.Line, problem));
    }

    /// <summary>A sound row.</summary>
    public Task RowAsync(ComparedRow row, RowOutcome outcome)
    {
        _lines++;
        if (outcome.Refusal is { } refusal)
        {
            _refused++;
            Faults += refusal.Kind.Status >= 500 ? 1 : 0;
            return LineAsync(writer => WriteRefusal(writer, row.Row.Line, refusal));
        }

        // What the row is to the edition before, whether its reports were recorded now or the last time that it was sent.
        var word = row.Before is null ? "new" : outcome.Recorded.Count > 0 ? "changed" : "unchanged";
        _ = word switch { "new" => _new++, "changed" => _changed++, _ => _unchanged++ };
        Count(outcome);
        return LineAsync(writer =>
        {
            writer.WriteNumber("line", row.Row.Line);
            WriteOutcome(writer, outcome);
            writer.WriteString("row", word);
            writer.WriteString("recipient", row.Key.Recipient);
            writer.WriteString("deal", row.Deal);
        });
    }

    /// <summary>An order that the edition before listed and this one lacks.</summary>
    public Task DelistedAsync(OrderKey key, StatedDeal deal, RowOutcome outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            Faults += refusal.Kind.Status >= 500 ? 1 : 0;
        }

        Count(outcome);
        return LineAsync(writer =>
        {
            writer.WriteString("delisted", deal.Deal);
            writer.WriteString("recipient", key.Recipient);
            if (outcome.Refusal is { } why)
            {
                writer.WriteNumber("status", why.Kind.Status);
                writer.WritePropertyName("problem");
                why.Write(writer, "");
            }
            else
            {
                WriteOutcome(writer, outcome);
            }
        });
    }

    /// <summary>What is recorded of the edition as a whole.</summary>
    public EditionImported EditionOf(DateOnly published, IReadOnlyList<RegisterRow> rows, int delisted, int broken, string digest)
    {
        var numbers = rows.Count(x => x.Ordered is not null) + rows.Count(x => x.Delivered > 0);
        var flagged = rows.Count(x => x.Ordered is not null && x.OrderedIsUncertain) + rows.Count(x => x.Delivered > 0 && x.DeliveredIsUncertain);
        return new EditionImported(
            RegisterReports.Feed, Times.Text(published), rows.Count, _new, _changed, _unchanged, delisted, broken, numbers, flagged, digest);
    }

    /// <summary>Takes in the position of an event that is no row's.</summary>
    public void Reached(long position) => _position = Math.Max(_position, position);

    /// <summary>The last line.</summary>
    public async Task CompleteAsync(EditionImported edition, EditionImported? before, double flagsJump, DateOnly? unfinished)
    {
        var share = ShareOf(edition);
        var shareBefore = before is null ? null : ShareOf(before);
        await LineAsync(writer =>
        {
            writer.WriteNumber("lines", _lines);
            writer.WriteNumber("created", _created);
            writer.WriteNumber("existing", _existing);
            writer.WriteNumber("refused", _refused);
            writer.WriteNumber("position", _position);
            writer.WriteString("published", edition.Published);
            writer.WriteNumber("rows", edition.Rows);
            writer.WriteNumber("new", edition.New);
            writer.WriteNumber("changed", edition.Changed);
            writer.WriteNumber("unchanged", edition.Unchanged);
            writer.WriteNumber("delisted", edition.Delisted);
            writer.WriteNumber("broken", edition.Broken);
            writer.WriteNumber("defined", _defined);
            writer.WriteNumber("unresolved", _unresolved);
            WriteShare(writer, "flaggedShare", share);
            WriteShare(writer, "flaggedShareBefore", shareBefore);
            writer.WriteStartArray("warnings");
            if (share is { } now && shareBefore is { } then && Math.Abs(now - then) > flagsJump)
            {
                writer.WriteStringValue($"The share of numbers marked as uncertain went from {then:0.0000} to {now:0.0000}. "
                    + "Exports are known that lost their marks: "
                    + "compare the file with the source.");
            }

            if (unfinished is { } day)
            {
                writer.WriteStringValue($"The edition of {Times.Text(day)} was begun and never came to its end: "
                    + "what is asked of that time may be half of it.");
            }

            writer.WriteEndArray();
        });
    }

    public void Dispose() => _writer.Dispose();

    private static double? ShareOf(EditionImported edition) => edition.Numbers == 0 ? null : Math.Round((double)edition.Flagged / edition.Numbers, 4);

    private static void WriteShare(Utf8JsonWriter writer, string name, double? share)
    {
        if (share is { } known)
        {
            writer.WriteNumber(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private void Count(RowOutcome outcome)
    {
        foreach (var recorded in outcome.Recorded)
        {
            _ = recorded.Created ? _created++ : _existing++;
            _position = Math.Max(_position, recorded.Position);
        }
    }

    private static void WriteOutcome(Utf8JsonWriter writer, RowOutcome outcome)
    {
        writer.WriteNumber("status", outcome.Recorded.Any(x => x.Created) ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        if (outcome.Recorded.Count > 0)
        {
            writer.WriteNumber("position", outcome.Recorded.Max(x => x.Position));
            writer.WriteStartArray("reports");
            foreach (var recorded in outcome.Recorded)
            {
                writer.WriteStringValue(recorded.EventId);
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteRefusal(Utf8JsonWriter writer, int line, ProblemException problem)
    {
        writer.WriteNumber("line", line);
        writer.WriteNumber("status", problem.Kind.Status);
        writer.WritePropertyName("problem");
        problem.Write(writer, "");
    }

    private async Task LineAsync(Action<Utf8JsonWriter> write)
    {
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        write(_writer);
        _writer.WriteEndObject();
        await answers.AppendAsync(_buffer, _writer);
    }
}
