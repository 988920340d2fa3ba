using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>The parameter <c>category</c> of the questions that take several: a list separated by commas.</summary>
internal static class CategoryList
{
    /// <summary>The name of the parameter.</summary>
    public const string Name = "category";

    /// <summary>The categories of a request; null: all.</summary>
    public static IReadOnlySet<Category>? Of(QueryParameters query) =>
        query.Words(Name, WordNames.Categories)?.Select(x => WordNames.Parse<Category>(x)!.Value).ToHashSet();
}
