using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>An embargo that the operator lists: what its country supplied, or received, in these days is a question to an
/// analyst.</summary>
/// <param name="Code">Code of the country.</param>
/// <param name="From">First day; null: always was.</param>
/// <param name="To">Last day; null: still is.</param>
public sealed record Embargo(string Code, DateOnly? From = null, DateOnly? To = null)
{
    /// <summary>Whether something of that window may have happened under it.</summary>
    public bool MayCover(Window when) => !(when.Latest < From) && !(when.Earliest > To);
}
