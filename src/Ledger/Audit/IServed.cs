using System.Text.Json;

namespace Ledger.Audit;

/// <summary>What is served, asked in the way in which it is served.</summary>
public interface IServed
{
    /// <summary>The answer to GET <paramref name="path"/>.</summary>
    /// <exception cref="Problems.ProblemException">It is refused.</exception>
    Task<JsonElement> AskAsync(string path, CancellationToken cancellation);
}
