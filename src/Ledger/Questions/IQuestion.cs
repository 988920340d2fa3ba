using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Reports;

namespace Ledger.Questions;

/// <summary>A question as a value: its parameters, parsed and checked. Endpoints make it from a request; replay makes it
/// directly.</summary>
public interface IQuestion
{
    /// <summary>Finds the answer.</summary>
    /// <exception cref="ProblemException">400, 404 or 503.</exception>
    Task<Answer> AskAsync(Sources sources, CancellationToken cancellation);
}

/// <summary>The services from which questions are answered.</summary>
/// <param name="Bases">Resolves clocks.</param>
/// <param name="Evidence">The read model.</param>
/// <param name="Reports">The stored reports.</param>
/// <param name="Signals">The settings of signals.</param>
/// <param name="Runs">The runs in which reports were recorded.</param>
/// <param name="Names">The names that reports use.</param>
/// <param name="Said">Who said it: publishers, feeds, editions.</param>
public sealed record Sources(
    BasisResolver Bases, EvidenceReader Evidence, ReportReader Reports, SignalSettings Signals, ReportRuns Runs, ReportedNames Names,
    SourceReader Said);
