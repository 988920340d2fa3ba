using System.Globalization;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>The basis of a list's first page. The cursor carries it to the later pages, so that all pages make one list, whatever is
/// recorded meanwhile.</summary>
public sealed record Pin(DateOnly AsOf, DateOnly? ReportedBy, long Position, DateTimeOffset? KnownAt)
{
    /// <summary>The pin of a basis.</summary>
    public static Pin Of(Basis basis) => new(basis.AsOf, basis.ReportedBy, basis.Position, basis.KnownAt);
}

/// <summary>The page of a list that is asked for.</summary>
/// <param name="Limit">Maximum number of items.</param>
/// <param name="Pin">The basis of the first page; null on the first page itself.</param>
/// <param name="After">Key of the last item of the previous page; null on the first.</param>
public sealed record PageRequest(int Limit, Pin? Pin = null, string? After = null)
{
    /// <summary>The query parameters of every list.</summary>
    public static readonly IReadOnlyList<string> Parameters = ["limit", "cursor"];

    /// <summary>Reads <c>limit</c> and <c>cursor</c>.</summary>
    /// <exception cref="ProblemException">400 for either.</exception>
    public static PageRequest Of(QueryParameters query)
    {
        var limit = (int)(query.Number("limit", 1, Limits.PageMost) ?? Limits.PageDefault);
        return Cursor.Of(query, 5) is [var asOf, var reportedBy, var position, var knownAt, var after]
            ? new PageRequest(limit, PinOf(asOf, reportedBy, position, knownAt), after) : new PageRequest(limit);
    }

    /// <summary>The key of the last item of a page; null on the last page.</summary>
    /// <param name="items">The items that were read: one more than the limit where there is a next page.</param>
    /// <param name="key">The key of an item.</param>
    public string? NextKey<T>(IReadOnlyList<T> items, Func<T, string> key) => items.Count <= Limit ? null : key(items[Limit - 1]);

    /// <summary>The cursor of the page after an item.</summary>
    public static string CursorOf(QueryParameters query, Pin pin, string after) => Cursor.Encode(
        query, Text(pin.AsOf), Text(pin.ReportedBy),
        pin.Position.ToString(CultureInfo.InvariantCulture), pin.KnownAt?.ToString("O", CultureInfo.InvariantCulture), after);

    private static Pin PinOf(string asOf, string reportedBy, string position, string knownAt)
    {
        try
        {
            return new Pin(DateOnly.ParseExact(asOf, "O", CultureInfo.InvariantCulture),
                reportedBy.Length == 0 ? null : DateOnly.ParseExact(reportedBy, "O", CultureInfo.InvariantCulture),
                long.Parse(position, NumberStyles.None, CultureInfo.InvariantCulture),
                knownAt.Length == 0 ? null : DateTimeOffset.ParseExact(knownAt, "O", CultureInfo.InvariantCulture));
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            throw Cursor.Bad();
        }
    }

    private static string? Text(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);
}
