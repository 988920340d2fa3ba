namespace Ledger.Questions;

/// <summary>A list that is ordered by recipient before anything else: a page reads some recipients at a time, and no more of them once
/// it is full.</summary>
internal static class ByRecipient
{
    /// <summary>Recipients read together at most: neither a round trip each, nor a page's whole evidence in memory.</summary>
    private const int Together = 10;

    /// <summary>The key of an item. The first part is its recipient. No code, slug or word has a space or anything that sorts before
    /// one, so keys compare as their parts do, one after the other.</summary>
    public static string Key(params ReadOnlySpan<string> parts) => string.Join(' ', parts);

    /// <summary>The items of a page, ordered by key, and one more where there is a next page.</summary>
    /// <param name="recipients">Every recipient that may have an item, ordered by code.</param>
    /// <param name="read">All items of some of them, in any order.</param>
    public static async Task<List<T>> PageAsync<T>(
        PageRequest page, IReadOnlyList<string> recipients, Func<string[], Task<IEnumerable<T>>> read, Func<T, string> key)
    {
        var items = new List<T>();
        var from = page.After?.Split(' ')[0] ?? "";
        var left = recipients.SkipWhile(x => string.CompareOrdinal(x, from) < 0).ToArray();
        // A short page needs few of them, so the first steps are small.
        for (var (at, step) = (0, 1); at < left.Length && items.Count <= page.Limit; at += step, step = Math.Min(Together, step * 2))
        {
            var more = await read(left[at..Math.Min(at + step, left.Length)]);
            items.AddRange(more.Where(x => page.After is null || string.CompareOrdinal(key(x), page.After) > 0).OrderBy(key, StringComparer.Ordinal));
        }

        return items.Count <= page.Limit ? items : items[..(page.Limit + 1)];
    }
}
