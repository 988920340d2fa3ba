using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Counts the rows of a file: the event of the edition, without the counts of its lines.</summary>
public static class EditionCounts
{
    /// <summary>Of a file of orders.</summary>
    public static EditionImported Of(JobRequest request, IReadOnlyList<RegisterRow> rows) => Of(request, rows.Count,
    [
        new MarkCount(rows.Count, rows.Count(x => x.YearIsUncertain)),
        new MarkCount(rows.Count(x => x.Ordered is not null), rows.Count(x => x.Ordered is not null && x.OrderedIsUncertain)),
        new MarkCount(rows.Count(x => x.Delivered > 0), rows.Count(x => x.Delivered > 0 && x.DeliveredIsUncertain)),
    ], rows.Count(x => x.Delivered == 0));

    /// <summary>Of a file of deliveries by year.</summary>
    public static EditionImported Of(JobRequest request, IReadOnlyList<YearRow> rows) => Of(request, rows.Count,
    [
        new MarkCount(rows.Count, rows.Count(x => x.YearIsUncertain)),
        new MarkCount(0, 0),
        new MarkCount(rows.Count, rows.Count(x => x.DeliveredIsUncertain)),
    ], undelivered: 0);

    private static EditionImported Of(JobRequest request, int rows, MarkCount[] marks, int undelivered) => new(
        RegisterReports.Feed, Rfc3339.Text(request.Published), rows, 0, 0, 0, 0, 0,
        marks[1].Of + marks[2].Of, marks[1].Marked + marks[2].Marked, request.Digest)
    {
        Form = request.Form is RegisterForm.Years ? EditionImported.FormOfYears : null,
        Selection = request.IsSelection ? true : null,
        File = request.File == 1 ? null : request.File,
        Undelivered = undelivered,
        Marks = marks,
    };
}
