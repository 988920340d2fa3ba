using Ledger.Problems;

namespace Ledger.Editions;

/// <summary>The refusal of a file as a whole.</summary>
public static class RegisterRefusal
{
    /// <summary>422: a file is no register that can be read.</summary>
    /// <param name="detail">A sentence for the caller.</param>
    public static ProblemException NoRegister(string detail) =>
        new(ProblemKinds.Invalid, detail) { Errors = [new ProblemError("", "noRegister", detail)] };
}
