using Ledger.Facts;
using Ledger.Problems;

namespace Ledger.Editions;

/// <summary>Refuses files that look like a whole edition and are none: a selection of which absence says nothing, and a copy that lost its
/// marks of doubt. Pure.</summary>
public static class EditionChecks
{
    /// <summary>A column of marks is lost if its share fell below this part of what it was.</summary>
    private const double LostShare = 0.5;

    /// <summary>A file that lacks more than this share of what the edition before lists, and more than <see cref="Lacking"/>, is taken for
    /// truncated. Between two complete editions two years apart a twentieth was delisted.</summary>
    private const double LackingShare = 0.1;

    private const int Lacking = 100;

    private static readonly string[] Columns = ["year of order", "number ordered", "number delivered"];

    /// <summary>Checks a file against what the edition before counted.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="scope">What the file says of its scope.</param>
    /// <param name="counted">Counts of its rows.</param>
    /// <param name="before">The edition before of its form; null where there is none.</param>
    /// <exception cref="ProblemException">422: a selection, or lost marks.</exception>
    public static void Refuse(JobRequest request, RegisterScope scope, EditionImported counted, EditionImported? before)
    {
        if (!request.IsSelection)
        {
            RefuseSelection(request, scope, counted, before);
        }

        // Of a selection the share says nothing: one country's numbers may all be certain.
        if (!request.InheritsFlags && !request.IsSelection)
        {
            RefuseLostMarks(counted, before);
        }
    }

    /// <summary>Refuses a file that would delist so much that it may have been cut.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="lacking">How many it lacks.</param>
    /// <param name="listed">How many the edition before lists.</param>
    /// <param name="what">Of what: orders, deliveries.</param>
    /// <exception cref="ProblemException">422: far fewer than before.</exception>
    public static void RefuseCut(JobRequest request, int lacking, int listed, string what)
    {
        if (!request.IsWhole && lacking > Lacking && lacking > listed * LackingShare)
        {
            throw EditionResponse.Invalid("?whole", "lacking",
                $"The file lacks {lacking} of the {listed} {what} of the edition before, "
                + "and would delist them: it may have been cut. Nothing was recorded. If it is the whole edition, say whole=true.");
        }
    }

    /// <summary>The counts with the marks that the next file is held against: of a file that inherits its marks, those of the edition
    /// before.</summary>
    public static EditionImported WithMarks(JobRequest request, EditionImported counted, EditionImported? before) =>
        request.InheritsFlags && before?.Marks is { } marks ? counted with { Marks = marks } : counted;

    private static void RefuseSelection(JobRequest request, RegisterScope scope, EditionImported counted, EditionImported? before)
    {
        // A file by year is about the years that it names, and what it lacks of them is not there.
        if (scope.IsSelection && !(request.Form is RegisterForm.Years && scope.IsYearsOnly))
        {
            var where = scope.Line is { } line ? $"Line {line} of the file" : "The header of the file";
            var what = string.Join(", and ", ((string?[])
            [
                scope.Suppliers is null ? null : $"of the suppliers '{scope.Suppliers}'",
                scope.Recipients is null ? null : $"of the recipients '{scope.Recipients}'",
                scope.From is null && scope.To is null && !scope.IsRangeColumn ? null
                    : scope.From is null && scope.To is null ? "of a range of years"
                    : $"of the years {scope.From?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "…"} to "
                        + $"{scope.To?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "…"}",
            ]).Where(x => x is not null));
            throw Selection($"{where} says that it is a selection {what}, not the whole register: its numbers delivered refer to that "
                + "alone, and what it lacks may be listed all the same.");
        }

        if (!scope.IsKnown && !request.IsWhole && counted.Undelivered == 0 && before?.Undelivered > 0)
        {
            throw Selection("The file does not say what it was asked for, and it holds no order of which nothing was delivered, "
                + $"where the edition before had {before.Undelivered}: it looks like a selection by years of delivery. "
                + "If it is the whole register, say whole=true.");
        }
    }

    private static ProblemException Selection(string detail) => new(ProblemKinds.EditionSelection,
        $"{detail} With selection=true it adds orders and lets numbers grow, and neither delists nor lowers anything.")
    {
        Errors = [new ProblemError("?selection", "selection", detail)],
    };

    private static void RefuseLostMarks(EditionImported counted, EditionImported? before)
    {
        if (counted.Marks is not { } now || before?.Marks is not { } then)
        {
            return;
        }

        var lost = Enumerable.Range(0, Columns.Length)
            .Where(i => then[i].Marked > 0 && ShareOf(now[i]) < ShareOf(then[i]) * LostShare && now[i].Of > 0).ToList();
        if (lost.Count > 0)
        {
            var columns = string.Join(", ",
                lost.Select(i => $"{Columns[i]} {then[i].Marked} of {then[i].Of} then, {now[i].Marked} of {now[i].Of} now"));
            var detail = $"The copy has lost marks of doubt (?) that the edition of {before.Published} has: {columns}.";
            throw new ProblemException(ProblemKinds.EditionFlagsLost,
                $"{detail} Take a copy that has them; or say flags=inherit: then a number equal to the edition before's keeps its mark.")
            {
                Errors = [new ProblemError("?flags", "flagsLost", detail)],
            };
        }
    }

    private static double ShareOf(MarkCount marks) => marks.Of == 0 ? 0 : (double)marks.Marked / marks.Of;
}
