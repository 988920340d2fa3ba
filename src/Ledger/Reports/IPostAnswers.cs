using System.Text.Json;
using Ledger.Problems;

namespace Ledger.Reports;

/// <summary>What the answer to a single post says beside the report itself. It rests on evidence and estimates, which this room does not
/// know; the room of the questions implements it.</summary>
public interface IPostAnswers
{
    /// <summary>Of a report that is recorded: the members <c>understoodAs</c> (but of a withdrawal) and <c>similar</c>. The same whenever
    /// it is asked, so that a post that is sent again gets the first answer; what cannot be found then is left out, and fails no
    /// post.</summary>
    /// <param name="report">The report.</param>
    /// <param name="caller">Who posted it, and is told of no report that its key may neither read nor post beside.</param>
    /// <returns>Writes the members into the answer.</returns>
    Task<Action<Utf8JsonWriter>> OfRecordedAsync(RecordedReport report, Caller caller);

    /// <summary>Of a dry run: the members <c>understoodAs</c>, <c>window</c>, <c>similar</c> and <c>estimate</c>, now and as if the report
    /// were the next event of the ledger, or unchanged where it is recorded already.</summary>
    /// <param name="report">The report as it would be stored, or as it is.</param>
    /// <param name="caller">Who would post it.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    /// <returns>Writes the members into the answer.</returns>
    Task<Action<Utf8JsonWriter>> OfDryRunAsync(RecordedReport report, Caller caller, CancellationToken cancellation);
}
