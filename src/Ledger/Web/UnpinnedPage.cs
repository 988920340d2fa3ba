using System.Text.Json;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>A page of a list of jobs, which has no basis, unlike a question's list. New items are added at the end only, so the pages
/// together make one list; but items change, so responses must not be cached.</summary>
/// <param name="After">Key of the last item of the previous page; null on the first.</param>
/// <param name="Limit">Maximum number of items.</param>
public sealed record UnpinnedPage(string? After, int Limit)
{
    /// <summary>The query parameters of every such list.</summary>
    public static readonly IReadOnlyList<string> Parameters = ["limit", "cursor", MediaTypes.Parameter];

    /// <summary>Reads <c>limit</c> and <c>cursor</c>.</summary>
    /// <exception cref="ProblemException">400 for either.</exception>
    public static UnpinnedPage Of(QueryParameters query) =>
        new(Cursor.Of(query, 1)?[0], (int)(query.Number("limit", 1, Limits.PageMost) ?? Limits.PageDefault));

    /// <summary>Writes items and next, or the items as CSV.</summary>
    /// <param name="items">One more than the limit where there is a next page.</param>
    /// <param name="key">The key of an item, for the cursor of the page after it.</param>
    public async Task WriteAsync<T>(HttpContext http, QueryParameters query, IReadOnlyList<T> items, Func<T, string> key,
        IReadOnlyList<string> columns, Action<Utf8JsonWriter, T> write)
    {
        var csv = MediaTypes.PrefersCsv(http, query);
        var next = items.Count > Limit ? Cursor.Encode(query, key(items[Limit - 1])) : null;
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers.Vary = "Accept";
        if (next is not null)
        {
            headers.Link = Cursor.Link(http, next);
        }

        if (csv)
        {
            http.Response.ContentType = MediaTypes.Csv;
            await using var body = new HeldBody(http.Response);
            await new CsvTable(body, http.RequestAborted, MediaTypes.IsForExcel(http, query)).WriteAsync(
                columns, items.Take(Limit).ToAsyncEnumerable(), write);
            await body.CompleteAsync(http.RequestAborted);
            return;
        }

        await JsonResponse.JsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var item in items.Take(Limit))
            {
                write(writer, item);
            }

            writer.WriteEndArray();
            if (next is not null)
            {
                writer.WriteString("next", next);
            }

            writer.WriteEndObject();
        });
    }
}
