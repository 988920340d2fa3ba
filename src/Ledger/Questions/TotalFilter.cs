using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>Which holdings add up to a total: by default those of the headline.</summary>
/// <param name="Categories">Of these categories alone; null: the headline, or with <paramref name="Use"/> its unmanned aircraft of that
/// use.</param>
/// <param name="Use">Of platforms made for this use alone; null: of any.</param>
public sealed record TotalFilter(IReadOnlySet<Category>? Categories = null, string? Use = null)
{
    /// <summary>The query parameters of the filter.</summary>
    public static readonly IReadOnlyList<string> Parameters = [CategoryList.Name, "use"];

    /// <summary>Whether it chooses other holdings than the headline does.</summary>
    public bool Chooses => Categories is not null || Use is not null;

    /// <summary>Reads the filter of a request.</summary>
    public static TotalFilter Of(QueryParameters query) =>
        new(CategoryList.Of(query), query.Word("use", WordNames.Uses));

    /// <summary>Whether a platform's holdings add up to the total.</summary>
    public bool Takes(Platform platform, Method method) =>
        (Categories is { } some ? some.Contains(platform.Category)
            : Use is not null ? platform.Class == PlatformClass.Durable && platform.Category is Category.Uav or Category.ArmedUav
            : TotalKey.Of(platform, method).IsHeadline)
        && (Use is null || platform.Definition.Use == Use);
}
