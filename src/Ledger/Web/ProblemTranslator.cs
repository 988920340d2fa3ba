using System.Diagnostics;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>The problem that an exception means to a client: what was thrown as a problem, what the server refused, what a registered translation
/// knows; anything else is a fault of ours.</summary>
public sealed class ProblemTranslator(IEnumerable<FaultTranslation> translations)
{
    private readonly FaultTranslation[] _translations = [.. translations];

    /// <summary>Translates.</summary>
    public ProblemException ProblemOf(Exception fault) => fault switch
    {
        ProblemException problem => problem,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(ProblemKinds.TooLarge,
            $"The body is larger than {Limits.ReportBytes / 1024} KB."),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } late => new(ProblemKinds.Timeout, late.Message),
        BadHttpRequestException bad => new(ProblemKinds.Malformed, bad.Message),
        _ => _translations.Select(x => x(fault)).FirstOrDefault(x => x is not null)
            ?? new(ProblemKinds.Fault, $"Something failed that should not. Trace {Activity.Current?.TraceId.ToString() ?? "unknown"}."),
    };
}
