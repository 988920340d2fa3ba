using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Store;
using Marten;
using Npgsql;

namespace Ledger.Editions;

/// <summary>What a comparison found.</summary>
/// <param name="Lines">The lines of the job, in order; enumerated once.</param>
/// <param name="Counted">Counts of the file; null for a withdrawal.</param>
/// <param name="Unfinished">Day of an earlier edition that was begun and never ended; null where there is none.</param>
public sealed record ComparedEdition(IEnumerable<EditionLine> Lines, EditionImported? Counted, DateOnly? Unfinished);

/// <summary>Makes lines of a job, and writes them into their table.</summary>
public static class EditionLines
{
    /// <summary>The line of a definition. Definitions precede the reports, so that no answer shows these without one.</summary>
    public static EditionLine OfDefinition(PlatformDefined platform) => new(null, LineStatus.Defined)
    {
        Platform = platform.Platform, Name = platform.Name, Category = platform.Category, Posts = [ReportToPost.Of(platform)],
    };

    /// <summary>The records of a file in their order, sound or broken.</summary>
    public static IEnumerable<EditionLine> InOrder(IEnumerable<EditionLine> sound, List<BrokenRecord> broken)
    {
        var next = 0;
        foreach (var line in sound)
        {
            for (; next < broken.Count && broken[next].Line < line.Line; next++)
            {
                yield return OfBroken(broken[next]);
            }

            yield return line;
        }

        for (; next < broken.Count; next++)
        {
            yield return OfBroken(broken[next]);
        }
    }

    /// <summary>Writes the lines as they are enumerated, without a list in memory, and moves the job on to its first line.</summary>
    /// <returns>The message for the next part; null where another node has ended this one.</returns>
    public static async Task<ContinueEdition?> WriteAsync(
        IDocumentSession session, BegunPart part, ComparedEdition compared, long end, CancellationToken cancellation)
    {
        if (await EditionJobs.HoldAsync(session, part, ends: false, cancellation) is not { } connection)
        {
            return null;
        }

        var count = await CopyAsync(connection, part.Number, compared.Lines, cancellation);
        session.QueueSqlCommand($"update {TableNames.Editions} set lines = ?, compared_at = ?, counted = nullif(?, '') where number = ?",
            count, end, compared.Counted is { } counted ? JsonSerializer.Serialize(counted, StoredJson.Options) : "", part.Number);
        if (compared.Unfinished is { } begun)
        {
            session.QueueSqlCommand($"update {TableNames.Editions} set unfinished = ? where number = ?", begun, part.Number);
        }

        return EditionJobs.Advance(session, part, 0);
    }

    private static EditionLine OfBroken(BrokenRecord broken)
    {
        var why = broken.Column is { } column ? $"{column}: {broken.Why}" : broken.Why;
        var where = broken.LastLine > broken.Line ? $"The record of lines {broken.Line} to {broken.LastLine}" : $"Line {broken.Line}";
        var problem = new ProblemException(ProblemKinds.Invalid, $"{where} is broken. {why}")
        {
            Errors = [new ProblemError(broken.Column is { } at ? $"/{at}" : "", "brokenRecord", broken.Why)],
        };
        return new EditionLine(broken.Line, LineStatus.Broken) { Problem = EditionJobs.TextOf(problem) };
    }

    private static async Task<int> CopyAsync(
        NpgsqlConnection connection, long edition, IEnumerable<EditionLine> lines, CancellationToken cancellation)
    {
        var n = 0;
        await using var copy = await connection.BeginBinaryImportAsync(
            $"copy {TableNames.EditionLines} ({EditionLine.Columns}) from stdin (format binary)", cancellation);
        foreach (var line in lines)
        {
            await copy.StartRowAsync(cancellation);
            foreach (var (value, type) in line.Values(edition, ++n))
            {
                await (value is null ? copy.WriteNullAsync(cancellation) : copy.WriteAsync(value, type, cancellation));
            }
        }

        await copy.CompleteAsync(cancellation);
        return n;
    }
}
