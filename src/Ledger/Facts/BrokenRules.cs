using System.Text.Json;
using FluentValidation;
using Ledger.Problems;

namespace Ledger.Facts;

/// <summary>Makes one problem of all the rules that validators found broken.</summary>
public static class BrokenRules
{
    /// <summary>All broken rules as one problem, each with its pointer.</summary>
    public static ProblemException Problem(FluentValidation.Results.ValidationResult result) =>
        Problem([.. result.Errors.Select(x => new ProblemError(PointerOf(x.PropertyName), x.ErrorCode, x.ErrorMessage))]);

    /// <summary>All broken rules as one problem; at most <see cref="Limits.ErrorsShown"/> of them are listed.</summary>
    public static ProblemException Problem(IReadOnlyList<ProblemError> errors)
    {
        var places = errors.Select(x => x.At).Distinct().ToList();
        return new ProblemException(ProblemKinds.Invalid, errors.Count == 1 ? $"One rule is broken: {places[0]}."
            : $"{errors.Count} rules are broken: {string.Join(", ", places.Take(20))}{(places.Count > 20 ? ", …" : "")}.")
        {
            Errors = [.. errors.Take(Limits.ErrorsShown)],
        };
    }

    /// <summary>From the validator's path (<c>Source.Published</c>, <c>Supersedes[2]</c>) to a JSON Pointer.</summary>
    private static string PointerOf(string path) => string.Concat(path.Split('.', '[').Where(x => x.Length > 0)
        .Select(x => "/" + JsonNamingPolicy.CamelCase.ConvertName(x.TrimEnd(']'))));
}
