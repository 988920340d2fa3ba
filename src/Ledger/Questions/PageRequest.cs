using System.Text.Json;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>A page of a list: its basis (that of the first page), where it begins and how long it is.</summary>
/// <param name="After">Key of the last item of the page before; null on the first.</param>
/// <param name="Limit">Items at most.</param>
public sealed record PageRequest(Basis Basis, string? After, int Limit)
{
    /// <summary>The query parameters of every list.</summary>
    public static readonly IReadOnlyList<string> Parameters = ["limit", "cursor"];

    /// <summary>Resolves the basis of a list's page.</summary>
    /// <param name="names">The parameters that hold the clocks; null: those of every question.</param>
    /// <exception cref="ProblemException">400 for a parameter, 503 where the read model is behind.</exception>
    public static async Task<PageRequest> BeginAsync(HttpContext http, BasisResolver clocks, ClockNames? names = null)
    {
        var limit = (int)(QueryParameters.Number(http, "limit", 1, Limits.PageMost) ?? Limits.PageDefault);
        var cursor = Cursor.Of(http);
        var basis = await clocks.ResolveAsync(http, cursor is null ? null : (cursor.AsOf, cursor.ReportedBy, cursor.Position, cursor.KnownAt), names);
        return new PageRequest(basis, cursor?.Last, limit);
    }

    /// <summary>The cursor of the next page, also set as a Link; null on the last page.</summary>
    /// <param name="keyed">The items that were read: one more than the limit where there is a next page.</param>
    public string? Next<T>(HttpContext http, Basis basis, IReadOnlyList<T> keyed, Func<T, string> key)
    {
        if (keyed.Count <= Limit)
        {
            return null;
        }

        var cursor = Cursor.After(http, basis, key(keyed[Limit - 1]));
        http.Response.Headers.Link = Cursor.Link(http, cursor);
        return cursor;
    }

    /// <summary>Writes basis, items and next, or the items as CSV.</summary>
    /// <param name="also">Writes further members, after the basis.</param>
    public static Task WriteAsync<T>(EstimateResponse answer, IEnumerable<T> items, IReadOnlyList<string> columns, Action<Utf8JsonWriter, T> write, string? next,
        Action<Utf8JsonWriter>? also = null) => WriteAsync(answer, items.ToAsyncEnumerable(), columns, write, next, also);

    /// <summary>The same, of items that come as they are read; nothing of them is kept.</summary>
    public static async Task WriteAsync<T>(EstimateResponse answer, IAsyncEnumerable<T> items, IReadOnlyList<string> columns, Action<Utf8JsonWriter, T> write,
        string? next, Action<Utf8JsonWriter>? also = null)
    {
        if (answer.Csv)
        {
            await answer.CsvAsync(columns, items, write);
            return;
        }

        var writer = answer.Writer;
        writer.WriteStartObject();
        answer.Basis.Write(writer);
        also?.Invoke(writer);
        writer.WriteStartArray("items");
        await foreach (var item in items)
        {
            write(writer, item);
            await answer.FlushAsync();
        }

        writer.WriteEndArray();
        if (next is not null)
        {
            writer.WriteString("next", next);
        }

        writer.WriteEndObject();
        await answer.CompleteAsync();
    }
}
