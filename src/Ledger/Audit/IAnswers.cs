using System.Text.Json;
using Ledger.Problems;
using Ledger.Questions;

namespace Ledger.Audit;

/// <summary>A question of a replay, in the forms for both implementations of <see cref="IAnswers"/>.</summary>
/// <param name="Address">Relative address of its route, with its query.</param>
/// <param name="Limit">Items of a page; null: it has no pages.</param>
/// <param name="Ask">Makes the question for a page.</param>
public sealed record AskedQuestion(string Address, int? Limit, Func<PageRequest, IQuestion> Ask);

/// <summary>Source of the answers that a replay compares: this program's questions, or a running service.</summary>
public interface IAnswers
{
    /// <summary>The pages of the answer to a question, as JSON.</summary>
    /// <exception cref="ProblemException">The question is invalid, or the database is away.</exception>
    /// <exception cref="OperatorException">The running service responds with an error.</exception>
    IAsyncEnumerable<JsonElement> PagesAsync(AskedQuestion question, CancellationToken cancellation);
}
