using System.Text.Json;
using Ledger.Problems;
using Ledger.Questions;

namespace Ledger.Audit;

/// <summary>A question of a replay, in both forms in which it is asked.</summary>
/// <param name="Address">Where it is served, relative.</param>
/// <param name="Limit">Items of a page; null: it has no pages.</param>
/// <param name="Ask">The question itself, of a page.</param>
public sealed record AskedQuestion(string Address, int? Limit, Func<PageRequest, IQuestion> Ask);

/// <summary>What is served, asked in the way in which it is served.</summary>
public interface IAnswers
{
    /// <summary>The answer to a question, page by page.</summary>
    /// <exception cref="ProblemException">It is refused.</exception>
    IAsyncEnumerable<JsonElement> PagesAsync(AskedQuestion question, CancellationToken cancellation);
}
