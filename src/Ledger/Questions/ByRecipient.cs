namespace Ledger.Questions;

/// <summary>Pages of lists that are ordered by recipient first: a page reads some recipients at a time, until it is full.</summary>
internal static class ByRecipient
{
    /// <summary>Maximum number of recipients that are read together: a compromise between round trips and memory.</summary>
    public const int RecipientsPerRead = 10;

    /// <summary>The key of an item, of which the first part is its recipient. No code, slug or word contains a space or a character that
    /// sorts before it, so keys compare like their parts in order.</summary>
    public static string Key(params ReadOnlySpan<string> parts) => string.Join(' ', parts);

    /// <summary>The items of a page, ordered by key, and the key after which the next page begins; null where there is none.</summary>
    /// <param name="page">The page that is asked for.</param>
    /// <param name="recipients">Every recipient that may have an item, ordered by code.</param>
    /// <param name="read">Reads all items of some of them, in any order.</param>
    /// <param name="key">The key of an item.</param>
    public static async Task<(IEnumerable<T> Items, string? NextKey)> PageAsync<T>(
        PageRequest page, IReadOnlyList<string> recipients, Func<string[], Task<IEnumerable<T>>> read, Func<T, string> key)
    {
        var items = new List<T>();
        var from = page.After?.Split(' ')[0] ?? "";
        var left = recipients.SkipWhile(x => string.CompareOrdinal(x, from) < 0).ToArray();
        // A short page needs few recipients, so the first steps are small.
        for (var (at, step) = (0, 1);
            at < left.Length && items.Count <= page.Limit;
            at += step, step = Math.Min(RecipientsPerRead, step * 2))
        {
            var more = await read(left[at..Math.Min(at + step, left.Length)]);
            items.AddRange(more.Where(x => page.After is null || string.CompareOrdinal(key(x), page.After) > 0)
                .OrderBy(key, StringComparer.Ordinal));
        }

        return (items.Take(page.Limit), page.NextKey(items, key));
    }

    /// <summary>The first items in an order that is not that of the keys, over all recipients. No more than those are kept while the
    /// recipients are read.</summary>
    /// <param name="most">How many items.</param>
    /// <param name="recipients">Every recipient that may have an item.</param>
    /// <param name="read">Reads all items of some of them, in any order.</param>
    /// <param name="order">The order: negative where the first comes before the second; no two items are equal.</param>
    public static async Task<List<T>> FirstAsync<T>(
        int most, IReadOnlyList<string> recipients, Func<string[], Task<IEnumerable<T>>> read, Comparison<T> order)
    {
        var first = new List<T>();
        foreach (var some in recipients.Chunk(RecipientsPerRead))
        {
            first.AddRange(await read(some));
            first.Sort(order);
            first.RemoveRange(Math.Min(most, first.Count), Math.Max(0, first.Count - most));
        }

        return first;
    }
}
