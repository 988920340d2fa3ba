using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Reports;

namespace Ledger.Questions;

/// <summary>A question as a value: its parameters, read and checked. An endpoint makes it from a request, a replay by itself.</summary>
public interface IQuestion
{
    /// <summary>Finds the answer.</summary>
    /// <exception cref="ProblemException">400 or 404: what is asked about is not there; 503.</exception>
    Task<Answer> AskAsync(Sources sources, CancellationToken cancellation);
}

/// <summary>What answers are made from.</summary>
/// <param name="Signals">What the operator has set for them.</param>
public sealed record Sources(BasisResolver Bases, EvidenceReader Evidence, ReportReader Reports, SignalSettings Signals);
