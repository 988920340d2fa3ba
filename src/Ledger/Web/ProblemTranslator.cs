using System.Diagnostics;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>Translates exceptions to problems: those thrown as problems, those of the server about a bad request, and those that a
/// registered <see cref="FaultTranslation"/> knows. Any other is a bug of this service (500).</summary>
public sealed class ProblemTranslator(IEnumerable<FaultTranslation> translations)
{
    /// <summary>The id of this request's trace, which a fault's problem and the log of it share.</summary>
    public static string Trace => Activity.Current?.TraceId.ToString() ?? "unknown";

    private readonly FaultTranslation[] _translations = [.. translations];

    /// <summary>The problem of an exception.</summary>
    public ProblemException ProblemOf(Exception fault) => fault switch
    {
        ProblemException problem => problem,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } late => new(ProblemKinds.Timeout, late.Message),
        BadHttpRequestException bad => new(ProblemKinds.Malformed, bad.Message),
        _ => _translations.Select(x => x(fault)).FirstOrDefault(x => x is not null)
            ?? new(ProblemKinds.Fault, $"Something failed that should not. Trace {Trace}."),
    };
}
